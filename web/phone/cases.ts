import type { Wire } from '../api/types';
import { isTaken, joinedSeen, witness, type Witnessed } from './witnessed';

type MyCase = Wire['MyCase'];

/** A case this phone raised, with what it needs to follow it. */
export interface HeldCase {
  readonly case: MyCase;
  /** The credential for this one case. */
  readonly token: string;
  /** The taps of this phone that the server has stored, oldest first. */
  readonly taps: readonly StoredTap[];
  /** Since when nobody has it, in milliseconds by the server's clock. Means nothing once it is taken or closed. */
  readonly untakenSince: number;
  /** What this phone saw happen to it, oldest first. */
  readonly seen: readonly Witnessed[];
}

/** A case as it was kept; earlier versions did not write down what they saw. */
export type KeptCase = Omit<HeldCase, 'seen'> & Partial<Pick<HeldCase, 'seen'>>;

export interface StoredTap {
  readonly key: string;
  readonly storedAt: string;
}

/** A closed case stays on the phone this long, in milliseconds. */
const CLOSED_KEPT_MS = 24 * 60 * 60 * 1_000;

/** Whether the case still needs somebody. */
export function isOpen(of: MyCase): boolean {
  return of.reached !== 'closed';
}

const waits = (of: MyCase): boolean => isOpen(of) && !isTaken(of);

/** The cases of this phone. Answers may overtake each other: the highest revision of a case wins. */
export class Cases {
  private readonly held = new Map<string, HeldCase>();
  /** When this page first saw a case that nobody has, by its monotonic clock. */
  private readonly untakenSeen = new Map<string, number>();

  constructor(
    private readonly time: { server: () => number; monotonic: () => number },
    private readonly changed: (all: readonly HeldCase[]) => void,
  ) {}

  /** Newest first. */
  get all(): readonly HeldCase[] {
    return [...this.held.values()].sort((a, b) => Date.parse(b.case.last_tap_at) - Date.parse(a.case.last_tap_at));
  }

  /** The case that a tap of this phone belongs to. */
  ofTap(key: string): HeldCase | undefined {
    return this.all.find((held) => held.taps.some((tap) => tap.key === key));
  }

  get(id: string): HeldCase | undefined {
    return this.held.get(id);
  }

  /**
   * How long nobody has had a case, in milliseconds: by the server's clock, or by this page's own count when that says
   * more. A server whose clock stands still must not keep the person waiting.
   */
  untakenFor({ case: now, untakenSince }: HeldCase): number {
    const seen = this.untakenSeen.get(now.id);
    return Math.max(this.time.server() - untakenSince, seen === undefined ? 0 : this.time.monotonic() - seen);
  }

  /** Takes up what an earlier page kept; what this page has learnt already is newer. */
  restore(all: readonly KeptCase[]): void {
    const learnt = [...this.held.values()];
    for (const kept of all) {
      const seen = witness(kept.seen ?? [], undefined, kept.case, this.time.server());
      this.held.set(kept.case.id, { ...kept, seen });
    }
    for (const held of learnt) this.goOnWith(held);
    this.changed(this.all);
  }

  /** What this page has learnt is laid over what was kept; what it has seen itself follows what was seen before. */
  private goOnWith(held: HeldCase): void {
    const kept = this.held.get(held.case.id);
    if (kept && held.seen.length > 0 && held.case.revision >= kept.case.revision) {
      this.held.set(held.case.id, { ...held, taps: kept.taps, seen: joinedSeen(kept.seen, held.seen) });
    }
    this.apply(held.case, held.token, held.taps);
  }

  /** Forgets the closed ones: an open one is still a person who waits for help. */
  forgetClosed(): void {
    for (const [id, { case: old }] of this.held) if (!isOpen(old)) this.held.delete(id);
    this.changed(this.all);
  }

  /** The server has stored a tap. */
  stored(key: string, answer: Wire['Stored']): void {
    this.apply(answer.case, answer.case_token, [{ key, storedAt: answer.stored_at }]);
  }

  /** The server tells how a case stands; `token` when it gives one. */
  apply(now: MyCase, token?: string, taps: readonly StoredTap[] = []): void {
    const known = this.held.get(now.id);
    const credential = token ?? known?.token;
    if (credential === undefined) return;
    const newest = known && known.case.revision > now.revision ? known.case : now;
    this.held.set(now.id, {
      case: newest,
      token: credential,
      taps: joined(known?.taps ?? [], taps),
      untakenSince: this.untakenSince(known, newest),
      seen: witness(known?.seen ?? [], known?.case, newest, this.time.server()),
    });
    if (!waits(newest)) this.untakenSeen.delete(now.id);
    else if (!this.untakenSeen.has(now.id)) this.untakenSeen.set(now.id, this.time.monotonic());
    this.prune();
    this.changed(this.all);
  }

  private untakenSince(known: HeldCase | undefined, now: MyCase): number {
    if (!known) return Date.parse(now.last_tap_at);
    return waits(now) && !waits(known.case) ? this.time.server() : known.untakenSince;
  }

  private prune(): void {
    for (const [id, { case: old }] of this.held) {
      const closed = Date.parse(old.closed_at ?? '');
      if (!isOpen(old) && this.time.server() - closed > CLOSED_KEPT_MS) this.held.delete(id);
    }
  }
}

function joined(old: readonly StoredTap[], fresh: readonly StoredTap[]): StoredTap[] {
  const all = new Map([...old, ...fresh].map((tap) => [tap.key, tap]));
  return [...all.values()].sort((a, b) => Date.parse(a.storedAt) - Date.parse(b.storedAt));
}
