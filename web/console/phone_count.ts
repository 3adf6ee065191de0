import { signal } from '@preact/signals';
import type { Person } from './wire';

/** How many phones a person has enrolled, as far as it is known; `at` is when the server was asked. */
export type PhoneCount = { state: 'asking' } | { state: 'known'; phones: number; at: number } | { state: 'unknown' };

/** How often the server is asked, in milliseconds. */
export const ASK_AGAIN_MS = 5_000;
/** The longest text that the register searches for, in characters. */
const LONGEST_QUERY = 100;

/** What a phone counter needs from outside. */
export interface PhoneCounterParts {
  /** Searches the register. */
  search: (q: string) => Promise<readonly Person[]>;
  /** Whether anybody can see the figure: nothing is asked while not. */
  visible: () => boolean;
  /** The server's time, in milliseconds since 1970. */
  now: () => number;
}

/** Keeps the number of a person's enrolled phones up to date for as long as it is on the screen. */
export class PhoneCounter {
  readonly count = signal<PhoneCount>({ state: 'asking' });
  private person: Person | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  /** The question under way; an answer to an older one is void. */
  private question = 0;

  constructor(private readonly parts: PhoneCounterParts) {}

  /** Asks for this person now, and then again and again until `stop`. */
  start(person: Person): void {
    this.stop();
    this.person = person;
    this.count.value = { state: 'asking' };
    this.timer = setInterval(() => this.refresh(), ASK_AGAIN_MS);
    this.refresh();
  }

  stop(): void {
    clearInterval(this.timer);
    this.person = undefined;
    this.question += 1;
  }

  /** Asks now, if anybody can see the answer. */
  refresh(): void {
    if (this.person && this.parts.visible()) void this.ask(this.person);
  }

  private async ask(person: Person): Promise<void> {
    this.question += 1;
    const { question } = this;
    const count = await this.answer(person);
    if (question === this.question) this.count.value = count;
  }

  private async answer(person: Person): Promise<PhoneCount> {
    try {
      const found = await this.parts.search(queryOf(person));
      const same = found.find(({ id }) => id === person.id);
      return same ? { state: 'known', phones: same.devices, at: this.parts.now() } : { state: 'unknown' };
    } catch {
      // What was known before is no longer the number now.
      return { state: 'unknown' };
    }
  }
}

/** What finds this person in the register, if possible nobody else: the search gives no more than twenty. */
function queryOf({ phones, name }: Person): string {
  return phones[0]?.number ?? [...name].slice(0, LONGEST_QUERY).join('');
}
