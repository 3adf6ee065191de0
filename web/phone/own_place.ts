import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Wire } from '../api/types';
import type { Device } from './device';
import type { Verdict } from './exchange';
import { isPlace, makePlace, type Item } from './item';
import type { Outbox, Waiting } from './outbox';

/** The person's own entry in the register, as this phone keeps it. */
export interface KeptEntry {
  /** When it was read, in milliseconds by the server's clock. */
  at: number;
  profile: Wire['Profile'];
}

/** Where the entry lies. */
export interface EntryStore {
  load(): Promise<KeptEntry | undefined>;
  save(entry: KeptEntry): Promise<void>;
  remove(): Promise<void>;
}

/** What was said on this phone and has no answer yet. */
export interface Unsent {
  /** None when the person said that they are where they usually are. */
  readonly said: Wire['SetCurrentPlace'] | undefined;
  readonly waiting: Waiting;
}

/** What the server answered to what was said last. */
export type PlaceAnswer =
  | { kind: 'placed'; place: Wire['CurrentPlace'] | undefined }
  | { kind: 'refused'; said: Wire['SetCurrentPlace'] | undefined; detail: string };

/** What it needs from outside. */
export interface OwnPlaceParts {
  device: Device;
  outbox: Pick<Outbox, 'add' | 'forget'>;
  waiting: ReadonlySignal<readonly Waiting[]>;
  entry: EntryStore;
}

/** Where the person says they are for now. It goes by the outbox, behind everything that belongs to an alarm. */
export class OwnPlace {
  /** The last word that the server has not answered; none when nothing waits. */
  readonly unsent = computed<Unsent | undefined>(() => {
    const waiting = this.places().at(-1);
    return waiting && { waiting, said: saidIn(waiting.item) };
  });
  /** The server's last answer on this page. */
  readonly answer = signal<PlaceAnswer | undefined>(undefined);

  constructor(private readonly parts: OwnPlaceParts) {}

  /** Says where `person` is for now; none when they are where they usually are. What was said before is over. */
  say(person: string, said: Wire['SetCurrentPlace'] | undefined): void {
    this.drop();
    this.answer.value = undefined;
    this.parts.outbox.add(makePlace(this.parts.device, said, person));
  }

  /** Whoever holds this phone now finds neither the entry nor what waits to be said. */
  async forget(): Promise<void> {
    this.drop();
    this.answer.value = undefined;
    await this.parts.entry.remove().catch(() => undefined);
  }

  /** The server has answered; the entry that is kept says the same from now on. */
  async answered(item: Item, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'refused') {
      this.answer.value = { kind: 'refused', said: saidIn(item), detail: verdict.detail };
      return;
    }
    if (verdict.kind !== 'placed') return;
    this.answer.value = { kind: 'placed', place: verdict.place };
    const kept = await this.parts.entry.load().catch(() => undefined);
    if (!kept || kept.profile.id !== item.person) return;
    const profile: Wire['Profile'] = { ...kept.profile, current_place: verdict.place ?? null };
    await this.parts.entry.save({ ...kept, profile }).catch(() => undefined);
  }

  private places(): readonly Waiting[] {
    return this.parts.waiting.value.filter(({ item }) => isPlace(item));
  }

  /** Takes back what has not been sent. */
  drop(): void {
    for (const { item } of this.places()) this.parts.outbox.forget(item.key);
  }
}

function saidIn(item: Item): Wire['SetCurrentPlace'] | undefined {
  return item.kind === 'place' ? (JSON.parse(item.body) as Wire['SetCurrentPlace']) : undefined;
}
