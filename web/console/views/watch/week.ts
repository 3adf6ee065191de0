import type { Wire } from '../../../api/types';
import { localTime } from '../../../ui/time';

const DAY_MS = 86_400_000;

/** A duty or a gap as far as it lies within one day: without a time where it goes on beyond the day. */
export interface Part {
  from?: string;
  until?: string;
}

/** One day of a week, by the wall clock of the roster. */
export interface DayOfWeek {
  /** `2026-11-23`. */
  day: string;
  duties: (Part & { name: string; holds: boolean; entry: string })[];
  gaps: Part[];
}

/** The days of a week from its Monday. */
export function daysOf(week: string): string[] {
  const monday = Date.parse(`${week}T00:00:00Z`);
  return [0, 1, 2, 3, 4, 5, 6].map((nth) => new Date(monday + nth * DAY_MS).toISOString().slice(0, 10));
}

/** The Monday so many weeks later. */
export function weekLater(week: string, weeks: number): string {
  return new Date(Date.parse(`${week}T00:00:00Z`) + weeks * 7 * DAY_MS).toISOString().slice(0, 10);
}

const days = new Map<string, Intl.DateTimeFormat>();

/** The day that a wall clock shows: `2026-11-23`; that of UTC where this browser does not know the zone. */
export function dayIn(zone: string, at: string | number): string {
  let format = days.get(zone);
  if (!format) {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    try {
      format = new Intl.DateTimeFormat('en-CA', { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat('en-CA', { ...options, timeZone: 'UTC' });
    }
    days.set(zone, format);
  }
  return format.format(new Date(at));
}

/** What of a span lies within a day; none when nothing does. What ends at a midnight belongs to the day before. */
function partOf(day: string, zone: string, { from, until }: { from: string; until: string }): Part | undefined {
  const [begins, ends] = [dayIn(zone, from), dayIn(zone, Date.parse(until) - 1)];
  if (day < begins || ends < day) return undefined;
  const startsToday = begins === day && localTime(from, zone) !== '00:00';
  const endsToday = ends === day && localTime(until, zone) !== '00:00';
  const at = (stamp: string): string => localTime(stamp, zone) ?? '';
  return { ...(startsToday && { from: at(from) }), ...(endsToday && { until: at(until) }) };
}

/** The week of one role, day by day, by the wall clock of the roster. */
export function weekOf(roster: Pick<Wire['Roster'], 'week' | 'time_zone'>, { duties, gaps }: Pick<Wire['RosterOfRole'], 'duties' | 'gaps'>): DayOfWeek[] {
  const zone = roster.time_zone;
  return daysOf(roster.week).map((day) => ({
    day,
    duties: duties.flatMap((one) => {
      const part = partOf(day, zone, one);
      return part ? [{ ...part, name: one.name, holds: one.holds, entry: one.entry }] : [];
    }),
    gaps: gaps.flatMap((one) => partOf(day, zone, one) ?? []),
  }));
}
