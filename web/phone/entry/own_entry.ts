import { signal } from '@preact/signals';
import { ApiError, type Client } from '../../api/client';
import type { Wire } from '../../api/types';
import type { EntryStore, KeptEntry } from '../own_place';

/** What came of asking for the entry last. */
export type Reading =
  | 'asking'
  | 'read'
  /** No answer: what is shown is what was kept. */
  | 'unreached'
  /** The person is not in the register any more. */
  | 'left';

/** What it needs from outside. */
export interface OwnEntryParts {
  client: Pick<Client, 'get'>;
  store: EntryStore;
  /** Milliseconds since 1970 by the server's clock. */
  now: () => number;
  /** Whose phone this is; none while it may read nothing. */
  person: () => string | undefined;
}

/** The person's own entry in the register: what this phone kept at first, then what the server says. */
export class OwnEntry {
  readonly kept = signal<KeptEntry | undefined>(undefined);
  readonly reading = signal<Reading>('asking');
  private running = false;
  private again = false;

  constructor(private readonly parts: OwnEntryParts) {}

  /** Shows what was kept, and asks the server without waiting for that. */
  open(): void {
    void this.takeUp();
    void this.read();
  }

  /** Asks the server; while it is being asked, once more afterwards. */
  async read(): Promise<void> {
    this.again = this.running;
    if (this.running) return;
    this.running = true;
    this.reading.value = 'asking';
    const came = await this.ask();
    this.running = false;
    if (this.again) return this.read();
    this.reading.value = came;
  }

  /** Takes a change that the server has confirmed; the age of the rest stays as it is. */
  change(part: Partial<Wire['Profile']>): void {
    const kept = this.kept.peek();
    if (kept) this.keep({ ...kept, profile: { ...kept.profile, ...part } });
  }

  private async takeUp(): Promise<void> {
    const kept = await this.parts.store.load().catch(() => undefined);
    const newer = this.kept.peek();
    if (kept && kept.profile.id === this.parts.person() && !(newer && newer.at >= kept.at)) this.kept.value = kept;
  }

  private async ask(): Promise<Reading> {
    try {
      const profile = await this.parts.client.get<Wire['Profile']>('/v1/me/profile');
      // What was on its way when the phone changed hands or lost its right to read is not looked at.
      if (!Array.isArray(profile.phones) || profile.id !== this.parts.person()) return 'unreached';
      this.keep({ at: this.parts.now(), profile });
      return 'read';
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'not_found')) return 'unreached';
      this.kept.value = undefined;
      await this.parts.store.remove().catch(() => undefined);
      return 'left';
    }
  }

  private keep(entry: KeptEntry): void {
    this.kept.value = entry;
    void this.parts.store.save(entry).catch(() => undefined);
  }
}
