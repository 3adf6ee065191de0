import type { CaseSummary } from '../wire';

/** What has to be asked before a person may be rung. */
export type GuardQuestion = 'none' | 'safeToRing' | 'hiding';

/** An answer that unlocked ringing one case, under what was known then. */
export interface Unlocked {
  id: string;
  canTalk: string | undefined;
  tap: string;
}

/** The question that comes before ringing: nothing when they said that a call is safe, twice when they hide. */
export function guardQuestion({ facts }: CaseSummary): GuardQuestion {
  if (facts.can_talk === 'yes') return 'none';
  return facts.can_talk === 'no' ? 'hiding' : 'safeToRing';
}

/** Unlocks a case as it is now. */
export function unlock(one: CaseSummary): Unlocked {
  return { id: one.id, canTalk: one.facts.can_talk ?? undefined, tap: one.last_tap };
}

/** Whether a case may be rung: a new tap or another word about ringing locks it again. */
export function isUnlocked(answer: Unlocked | undefined, one: CaseSummary): boolean {
  if (guardQuestion(one) === 'none') return true;
  return (
    answer !== undefined &&
    answer.id === one.id &&
    answer.canTalk === (one.facts.can_talk ?? undefined) &&
    answer.tap === one.last_tap
  );
}
