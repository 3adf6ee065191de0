import { localStamp, utcStamp } from '../../ui/time';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The furthest ahead that the server takes an end, in days. */
export const FURTHEST_DAYS = 365;

const two = (value: number): string => String(value).padStart(2, '0');

/** The day `days` after the day of `now` where this phone is, as a date field writes it: `2026-11-30`. */
export function dayIn(days: number, now: number): string {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The last second of a day where this phone is, in milliseconds; none for what is no day. */
export function endOf(day: string): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!found) return undefined;
  const [year, month, date] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const end = new Date(year, month - 1, date, 23, 59, 59);
  return end.getMonth() === month - 1 && end.getDate() === date ? end.getTime() : undefined;
}

/** Why an end cannot be; none when it can. */
export function endRefused(day: string, now: number): 'missing' | 'over' | 'far' | undefined {
  const end = endOf(day);
  if (end === undefined) return 'missing';
  if (end <= now) return 'over';
  return end > now + (FURTHEST_DAYS + 1) * DAY_MS ? 'far' : undefined;
}

/** A moment in UTC and, where that is another time, where this phone is: `30 Nov 20:59Z (23:59 Africa/Nairobi)`. */
export function bothTimes(at: string | number): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const local = zone.includes('/') && !zone.startsWith('Etc/') ? localStamp(at, zone) : undefined;
  // The day and its hour stay on one line.
  const utc = utcStamp(at).replaceAll(' ', '\u00a0');
  return local ? `${utc} (${local})` : utc;
}
