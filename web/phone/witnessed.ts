import type { Wire } from '../api/types';

type MyCase = Wire['MyCase'];

/**
 * Something that this phone saw happen to a case. The server tells a phone how a case stands now and not how it came to
 * that, so that a name which is no longer there is known only to a phone that has seen it.
 */
export type Witnessed =
  /** A claim; `before` is who was seen to have the case until then. */
  | { readonly what: 'taken'; readonly name: string; readonly before?: string; readonly at: string }
  /** Nobody has the case any more; `at` is when this phone learnt of it. */
  | { readonly what: 'let_go'; readonly name: string; readonly at: string }
  | { readonly what: 'closed'; readonly at: string };

/** The newest that are kept of one case: claims may come and go for days. */
export const WITNESSED_MAX = 50;

/** Whether somebody has the case: by name, or since when, which is all that a phone is told that was revoked. */
export function isTaken(of: MyCase): boolean {
  return of.reached === 'taken' && Boolean(of.taken_by ?? of.taken_at);
}

/**
 * What was seen of a case, after it stood as `before` (none at first) and stands as `now`; `heardAt` is the present, in
 * milliseconds since 1970 by the server's clock.
 */
export function witness(seen: readonly Witnessed[], before: MyCase | undefined, now: MyCase, heardAt: number): readonly Witnessed[] {
  const fresh = [...claimOf(seen, before, now), ...lossOf(before, now, heardAt), ...closeOf(seen, now)];
  if (fresh.length === 0) return seen;
  const claimedAt = fresh.find(({ what }) => what === 'taken')?.at;
  return [...seen.map((one) => notAfter(one, claimedAt)), ...fresh].slice(-WITNESSED_MAX);
}

/** What was seen earlier, and after it what was seen later; what both have is there once. */
export function joinedSeen(earlier: readonly Witnessed[], later: readonly Witnessed[]): readonly Witnessed[] {
  const known = new Set(earlier.map((one) => JSON.stringify(one)));
  return [...earlier, ...later.filter((one) => !known.has(JSON.stringify(one)))].slice(-WITNESSED_MAX);
}

/** Who had the case last and has let it go, while nobody has it since. */
export function letGoBy(seen: readonly Witnessed[], now: MyCase): string | undefined {
  const last = seen.at(-1);
  return last?.what === 'let_go' && now.reached !== 'closed' && !isTaken(now) ? last.name : undefined;
}

/** Whom the present owner was seen to have the case from. */
export function takenFrom(seen: readonly Witnessed[], now: MyCase): string | undefined {
  const last = seen.at(-1);
  return last?.what === 'taken' && isTaken(now) ? last.before : undefined;
}

const sameTime = (a: string, b: string): boolean => a === b || Date.parse(a) === Date.parse(b);

function claimOf(seen: readonly Witnessed[], before: MyCase | undefined, { taken_by, taken_at }: MyCase): Witnessed[] {
  if (!taken_by || !taken_at) return [];
  if (seen.some((one) => one.what === 'taken' && one.name === taken_by && sameTime(one.at, taken_at))) return [];
  const other = before && isTaken(before) && before.taken_by !== taken_by ? before.taken_by : undefined;
  return [{ what: 'taken', name: taken_by, at: taken_at, ...(other ? { before: other } : {}) }];
}

function lossOf(before: MyCase | undefined, now: MyCase, heardAt: number): Witnessed[] {
  if (!before?.taken_by || !isTaken(before) || isTaken(now) || now.reached === 'closed') return [];
  return [{ what: 'let_go', name: before.taken_by, at: new Date(heardAt).toISOString() }];
}

function closeOf(seen: readonly Witnessed[], { closed_at }: MyCase): Witnessed[] {
  if (!closed_at || seen.some((one) => one.what === 'closed' && sameTime(one.at, closed_at))) return [];
  return [{ what: 'closed', at: closed_at }];
}

/** The phone hears late that somebody let go: never after the next claim, whose time is the server's own. */
function notAfter(one: Witnessed, claimedAt: string | undefined): Witnessed {
  if (one.what !== 'let_go' || claimedAt === undefined || Date.parse(one.at) <= Date.parse(claimedAt)) return one;
  return { ...one, at: claimedAt };
}
