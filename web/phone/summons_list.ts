import { signal } from '@preact/signals';
import type { Device } from './device';
import type { Summons, SummonsBook } from './summons';

/** How often the page asks whether what it shows still matters, in milliseconds. */
export const REVIEW_MS = 30_000;

/** What the list needs from outside. */
export interface SummonsListParts {
  book: SummonsBook;
  device: Pick<Device, 'after'>;
  /** Whether somebody can see this page: what is shown is reported as shown. */
  visible: () => boolean;
  /** Takes away what the worker shows of a message. */
  close: (message: string) => Promise<void>;
}

/** What calls the owner of this phone, as the page shows it: the same as the worker, until it is put away or over. */
export class SummonsList {
  /** Newest first. */
  readonly shown = signal<readonly Summons[]>([]);
  private disarm: () => void = () => undefined;

  constructor(private readonly parts: SummonsListParts) {}

  /** Shows what is kept, then asks the server about it. */
  async look(): Promise<void> {
    this.disarm();
    await this.read();
    if (this.parts.visible()) {
      const before = this.shown.value;
      await this.parts.book.review();
      await this.read();
      const gone = before.filter((one) => !this.shown.value.some(({ message }) => message === one.message));
      for (const { message } of gone) await this.parts.close(message);
    }
    this.disarm();
    if (this.shown.value.length > 0) this.disarm = this.parts.device.after(REVIEW_MS, () => void this.look());
  }

  /** The person has seen it and wants it away, here and among the notifications. */
  async putAway(message: string): Promise<void> {
    await this.parts.book.note(message, { away: true });
    await this.read();
    await this.parts.close(message);
    await this.parts.book.report(message, 'opened');
  }

  /** Nothing of it stays: this phone changed hands, or may read nothing any more. */
  async forget(): Promise<void> {
    const all = await this.parts.book.all();
    this.shown.value = [];
    await this.parts.book.forget();
    for (const { message } of all) await this.parts.close(message);
  }

  private async read(): Promise<void> {
    this.shown.value = (await this.parts.book.all()).filter((one) => !one.over && !one.away);
  }
}
