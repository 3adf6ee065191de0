import type { CaseSummary, LiveEvent, TakeoverReason, TimelineEntry } from '../wire';

/** A case that somebody else has now, and this operator had before. */
export interface Loss {
  /** The case. */
  id: string;
  /** Whom the case is about. */
  name: string;
  /** Who has it. */
  by: string;
  /** Why they took it over; none when only its owner is known, not how they came to have it. */
  reason: TakeoverReason | undefined;
}

/** What ends a claim. */
const ENDS: ReadonlySet<string> = new Set(['taken_over', 'released', 'closed']);

/** Knows which cases an operator has, and finds those that somebody takes over from them. */
export class LossFinder {
  /** The operator's cases, each with the revision in which it was last seen to be theirs. */
  private readonly held = new Map<string, number>();

  /** Takes a case as an answer or the list has it. What somebody else has stays held until it is known why. */
  see(one: CaseSummary, me: string): void {
    if (one.owner?.id === me) this.held.set(one.id, Math.max(one.revision, this.held.get(one.id) ?? 0));
  }

  /** Takes an event; gives the loss when it is a takeover from this operator. */
  event({ case: one, entry }: LiveEvent, me: string): Loss | undefined {
    const held = this.held.get(one.id);
    if (one.owner?.id === me) {
      this.see(one, me);
      return undefined;
    }
    // Not an end of their claim, or that of an earlier one: events of two scopes can come out of their order.
    if (held === undefined || entry.revision < held || !ENDS.has(entry.change.what)) return undefined;
    this.held.delete(one.id);
    return lossOf(one, entry);
  }

  /** The cases that this operator had and somebody else has, of which no event has told: after a whole list. */
  unexplained(caseOf: (id: string) => CaseSummary | undefined, me: string): { one: CaseSummary; since: number }[] {
    return [...this.held].flatMap(([id, since]) => {
      const one = caseOf(id);
      if (one?.owner?.id === me) return [];
      this.held.delete(id);
      return one?.owner == null ? [] : [{ one, since }];
    });
  }

  clear(): void {
    this.held.clear();
  }
}

/** The takeover that ended a claim seen in revision `since`, if its end was one. */
export function takeoverSince(one: CaseSummary, timeline: readonly TimelineEntry[], since: number): Loss | undefined {
  const end = timeline.find(({ revision, change }) => revision > since && ENDS.has(change.what));
  return end && lossOf(one, end);
}

function lossOf(one: CaseSummary, { change, actor }: TimelineEntry): Loss | undefined {
  if (change.what !== 'taken_over') return undefined;
  return { id: one.id, name: one.subject.name, by: actor.name, reason: change.reason };
}
