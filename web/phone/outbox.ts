import { pauseAfter } from './backoff';
import type { Device } from './device';
import { ageOf, type Item, type Kind } from './item';
import type { Failure, Verdict } from './exchange';

/** After this an attempt no longer holds up the next one, in milliseconds; its answer still counts when it comes. */
export const GIVES_WAY_MS = 10_000;
/** After this an attempt is given up, in milliseconds. A slow link may need more than {@link GIVES_WAY_MS}. */
export const GIVEN_UP_MS = 30_000;
/** After this a store that has not answered counts as one that does not keep, in milliseconds. */
export const KEEP_MS = 2_000;
/** When the network comes back, an attempt older than this is not waited for, in milliseconds. */
export const STALE_ATTEMPT_MS = 2_000;
/** Attempts of one item on the line at once, at most. */
const FLIGHTS_MAX = 4;
/** Positions waiting at most; the oldest go. Taps and facts have no bound. */
export const POSITIONS_MAX = 200;

/** Where items are kept across a reload. */
export interface Keeper {
  put(item: Item): Promise<void>;
  remove(key: string): Promise<void>;
  all(): Promise<Item[]>;
}

/** Whether this phone has the item on its own storage. */
export type Kept = 'keeping' | 'kept' | 'not_kept';

/** An item that the server has not answered for. */
export interface Waiting {
  readonly item: Item;
  kept: Kept;
  /** Attempts started. */
  attempts: number;
  /** Whether the newest attempt is still under way. */
  sending: boolean;
  /** Why the last attempt that ended did not succeed. */
  failure: Failure | undefined;
}

interface Entry extends Waiting {
  /** Monotonic time of the next attempt; infinite while one is under way. */
  due: number;
  /** Failures since the last sign that the network is back: sets the pause. */
  failures: number;
  /** How often a credential was refused: the next attempt uses the next one. */
  refusals: number;
  /** Monotonic time of the newest attempt. */
  launched: number;
  readonly flights: Set<AbortController>;
  /** Lets the next attempt start while this one is still on the line. */
  giveWay: () => void;
  /** Ends when the store has answered for the newest `put`. */
  stored: Promise<void>;
}

/** What the outbox needs from outside. */
export interface OutboxParts {
  device: Pick<Device, 'monotonic' | 'wall' | 'page' | 'after'>;
  keeper: Keeper;
  /** The `Authorization` to use after so many refusals (0, 1, ...) of earlier ones; none while it is not known. */
  credential: (item: Item, refusals: number) => string | undefined;
  send: (item: Item, authorization: string, ageMs: number, signal: AbortSignal) => Promise<Verdict>;
  /** An attempt has had no answer for {@link GIVES_WAY_MS}. */
  silent: () => void;
  /** Something that a screen may show has changed. */
  changed: () => void;
  /** The server answered for good. */
  settled: (item: Item, verdict: Exclude<Verdict, { kind: 'again' }>) => void;
}

const RANK: Record<Kind, number> = { not_okay: 0, facts: 1, position: 2, place: 3, place_over: 3 };

/**
 * Everything that the server has still to store. Taps go at once, each by its own timer; the rest goes one at a time,
 * never while a tap is on the line. An item leaves only when the server has answered for it.
 */
export class Outbox {
  private readonly entries = new Map<string, Entry>();
  private readonly gone = new Set<string>();
  private disarm: () => void = () => undefined;

  constructor(private readonly parts: OutboxParts) {}

  /** What waits, in order of sending. */
  get waiting(): readonly Waiting[] {
    return this.inOrder();
  }

  /**
   * Takes an item. For a tap, sending starts inside this call, before the store is even asked; for the rest the store
   * comes first, and is waited for no longer than {@link KEEP_MS}.
   */
  add(item: Item): void {
    const entry = this.enter(item, 'keeping');
    if (item.kind === 'not_okay') this.launch(entry);
    else entry.due = Number.POSITIVE_INFINITY;
    this.keep(entry);
    if (item.kind === 'position') this.dropOldPositions();
    this.pump();
    this.parts.changed();
  }

  /** Takes up what an earlier page kept. Safe to call again. */
  async load(): Promise<void> {
    for (const item of await this.parts.keeper.all()) {
      if (this.entries.has(item.key) || this.gone.has(item.key)) continue;
      this.enter(item, 'kept');
    }
    this.pump();
    this.parts.changed();
  }

  /** Tries everything now: the network, a credential or the person is back. */
  hurry(): void {
    const now = this.parts.device.monotonic();
    for (const entry of this.entries.values()) {
      entry.failures = 0;
      if (entry.sending && now - entry.launched > STALE_ATTEMPT_MS) entry.giveWay();
      if (Number.isFinite(entry.due)) entry.due = now;
    }
    this.pump();
  }

  /** Forgets an item that somebody else (the service worker, another window) has brought to the server. */
  forget(key: string): void {
    const entry = this.entries.get(key);
    this.gone.add(key);
    if (!entry) return;
    this.entries.delete(key);
    for (const flight of entry.flights) flight.abort();
    void entry.stored.then(() => this.parts.keeper.remove(key)).catch(() => undefined);
    this.pump();
    this.parts.changed();
  }

  private enter(item: Item, kept: Kept): Entry {
    const entry: Entry = {
      item,
      kept,
      attempts: 0,
      sending: false,
      failure: undefined,
      due: this.parts.device.monotonic(),
      failures: 0,
      refusals: 0,
      launched: 0,
      flights: new Set(),
      giveWay: () => undefined,
      stored: Promise.resolve(),
    };
    this.entries.set(item.key, entry);
    return entry;
  }

  private keep(entry: Entry): void {
    const settle = (kept: Kept): void => {
      entry.kept = kept;
      if (entry.item.kind !== 'not_okay' && entry.attempts === 0) entry.due = this.parts.device.monotonic();
      this.pump();
      this.parts.changed();
    };
    const cancel = this.parts.device.after(KEEP_MS, () => settle('not_kept'));
    entry.stored = promised(() => this.parts.keeper.put(entry.item)).then(
      () => {
        cancel();
        settle('kept');
      },
      () => {
        cancel();
        settle('not_kept');
      },
    );
  }

  private inOrder(): Entry[] {
    return [...this.entries.values()].sort(
      (a, b) => RANK[a.item.kind] - RANK[b.item.kind] || (a.item.key < b.item.key ? -1 : 1),
    );
  }

  /** Starts whatever is due, then sets the one timer for what is not. */
  private pump(): void {
    const now = this.parts.device.monotonic();
    const due = (entry: Entry): boolean => !entry.sending && entry.due <= now;
    const order = this.inOrder();
    for (const entry of order) if (entry.item.kind === 'not_okay' && due(entry)) this.launch(entry);
    if (!order.some((entry) => entry.sending)) {
      const next = order.find((entry) => entry.item.kind !== 'not_okay' && due(entry) && this.mayGo(entry));
      if (next) this.launch(next);
    }
    this.disarm();
    const waits = order.filter((entry) => entry.due > now).map((entry) => entry.due - now);
    const soonest = Math.min(...waits);
    this.disarm = Number.isFinite(soonest) ? this.parts.device.after(soonest, () => this.pump()) : () => undefined;
  }

  /** An addition whose case has no token yet waits for its tap, without counting attempts. */
  private mayGo(entry: Entry): boolean {
    return this.parts.credential(entry.item, entry.refusals) !== undefined;
  }

  private launch(entry: Entry): void {
    const { device } = this.parts;
    entry.attempts += 1;
    const authorization = this.parts.credential(entry.item, entry.refusals);
    if (authorization === undefined) return this.putOff(entry, { why: 'no_credential' });
    const flight = new AbortController();
    const [oldest] = entry.flights;
    if (entry.flights.size >= FLIGHTS_MAX) oldest?.abort();
    entry.flights.add(flight);
    entry.sending = true;
    entry.due = Number.POSITIVE_INFINITY;
    entry.launched = device.monotonic();
    let newest = true;
    entry.giveWay = () => {
      newest = false;
      this.putOff(entry, { why: 'unreachable' });
      this.pump();
    };
    const cancelGiveWay = device.after(GIVES_WAY_MS, () => {
      if (!newest) return;
      this.parts.silent();
      entry.giveWay();
    });
    const giveUp = device.after(GIVEN_UP_MS, () => flight.abort());
    const age = ageOf(entry.item.made, device);
    void promised(() => this.parts.send(entry.item, authorization, age, flight.signal))
      .catch((): Verdict => ({ kind: 'again', failure: { why: 'unreachable' } }))
      .then((verdict) => {
        cancelGiveWay();
        giveUp();
        entry.flights.delete(flight);
        this.answered(entry, verdict, newest);
      });
  }

  private answered(entry: Entry, verdict: Verdict, newest: boolean): void {
    if (!this.entries.has(entry.item.key)) return;
    if (verdict.kind === 'again') {
      if (verdict.failure.why === 'not_known') entry.refusals += 1;
      if (newest) this.putOff(entry, verdict.failure);
      this.pump();
      return;
    }
    this.parts.settled(entry.item, verdict);
    this.forget(entry.item.key);
  }

  private putOff(entry: Entry, failure: Failure): void {
    if (!this.entries.has(entry.item.key)) return;
    entry.sending = false;
    entry.failure = failure;
    entry.failures += 1;
    entry.giveWay = () => undefined;
    entry.due = this.parts.device.monotonic() + pauseAfter(entry.failures);
    this.parts.changed();
  }

  private dropOldPositions(): void {
    const positions = this.inOrder().filter((entry) => entry.item.kind === 'position');
    for (const entry of positions.slice(0, Math.max(0, positions.length - POSITIONS_MAX))) this.forget(entry.item.key);
  }
}

/** Turns a throw into a rejection: neither the store nor the network may break the other's start. */
function promised<T>(start: () => Promise<T>): Promise<T> {
  try {
    return start();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}
