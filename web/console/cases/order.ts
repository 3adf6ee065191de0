import type { CaseState, CaseSummary } from '../wire';

/** The tabs of the queue. */
export type Tab = 'untaken' | 'mine' | 'all' | 'closed';

const RANK: Record<CaseSummary['severity'], number> = { extreme: 0, severe: 1, moderate: 2, minor: 3 };

/** Whether a case is closed. */
export function isClosed({ state }: { state: CaseState }): boolean {
  return state === 'resolved' || state === 'false_alarm';
}

/** Whether nobody has an open case. */
export function isUntaken(one: CaseSummary): boolean {
  return !isClosed(one) && one.owner == null;
}

/** The one case of the list that nobody has taken, where there is exactly one. */
export function onlyUntaken(list: readonly CaseSummary[]): CaseSummary | undefined {
  const [one, another] = list.filter(isUntaken);
  return another === undefined ? one : undefined;
}

/**
 * The queue's order: the worst first, what nobody has before one's own cases and those before other operators', ringing
 * before quiet, and who has waited longest on top: nobody is pushed out of sight by those who tapped later. By the
 * server's time alone: a phone that is wrong about its own, or lies, must not stand above those who wait.
 */
export function sortOpen(cases: readonly CaseSummary[], me: string): CaseSummary[] {
  const whose = ({ owner }: CaseSummary): number => (owner == null ? 0 : owner.id === me ? 1 : 2);
  return sortBy(cases, (one) => [RANK[one.severity], whose(one), one.ringing ? 0 : 1, Date.parse(one.stored_at)]);
}

/** Closed cases, the last closed first. */
export function sortClosed(cases: readonly CaseSummary[]): CaseSummary[] {
  return sortBy(cases, (one) => [-Date.parse(one.closed_at ?? one.last_tap_at)]);
}

function sortBy(cases: readonly CaseSummary[], keys: (one: CaseSummary) => number[]): CaseSummary[] {
  return cases
    .map((one) => ({ one, keys: keys(one) }))
    .sort((a, b) => {
      for (const [index, key] of a.keys.entries()) {
        const difference = key - (b.keys[index] ?? 0);
        if (difference !== 0) return difference;
      }
      return a.one.id < b.one.id ? -1 : 1;
    })
    .map(({ one }) => one);
}

/** The rows of a tab, in order. */
export function rowsOf(tab: Tab, cases: readonly CaseSummary[], me: string): CaseSummary[] {
  switch (tab) {
    case 'closed':
      return sortClosed(cases.filter(isClosed));
    case 'untaken':
      return sortOpen(cases.filter(isUntaken), me);
    case 'mine':
      return sortOpen(cases.filter((one) => !isClosed(one) && one.owner?.id === me), me);
    case 'all':
      return sortOpen(cases.filter((one) => !isClosed(one)), me);
  }
}

/** How many rows each tab of open cases has. */
export function countTabs(cases: readonly CaseSummary[], me: string): Record<Exclude<Tab, 'closed'>, number> {
  const counts = { untaken: 0, mine: 0, all: 0 };
  for (const one of cases) {
    if (isClosed(one)) continue;
    counts.all += 1;
    if (one.owner == null) counts.untaken += 1;
    else if (one.owner.id === me) counts.mine += 1;
  }
  return counts;
}

/** Whether a case has every word of the filter in its names, places, reference or owner. */
export function matches(one: CaseSummary, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { subject, reporter, owner, facts } = one;
  const text = [
    one.reference,
    subject.name,
    subject.organisation,
    subject.office,
    subject.duty_station,
    subject.call_sign,
    reporter?.name,
    owner?.name,
    facts.place,
  ]
    .filter((part) => part != null)
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
