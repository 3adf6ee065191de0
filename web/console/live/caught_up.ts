import { signal } from '@preact/signals';

/** What a reconnection brought: events, each counted once, and whether the whole list came anew. */
export interface Brought {
  events: number;
  anew: boolean;
}

/** How long the news stays on the screen, in milliseconds. */
export const CAUGHT_UP_MS = 15_000;

/** Counts what each dial brings, and says it for a while when a reconnection brought something. */
export class CaughtUp {
  /** The news on the screen. */
  readonly news = signal<Brought | undefined>(undefined);
  private brought: Brought = { events: 0, anew: false };
  private over: ReturnType<typeof setTimeout> | undefined;

  /** A new dial begins. */
  dialed(): void {
    this.brought = { events: 0, anew: false };
  }

  /** A whole list came. */
  listed(): void {
    this.brought.anew = true;
  }

  /** An event came for the first time. */
  event(): void {
    this.brought.events += 1;
  }

  /** The list is complete; `again` after a reconnection. One that brought nothing is no news. */
  live(again: boolean): void {
    if (!again || (this.brought.events === 0 && !this.brought.anew)) return;
    clearTimeout(this.over);
    this.news.value = { ...this.brought };
    this.over = setTimeout(() => this.dismiss(), CAUGHT_UP_MS);
  }

  /** Takes the news off the screen. */
  dismiss(): void {
    clearTimeout(this.over);
    this.news.value = undefined;
  }
}
