import { utcStamp, utcTime } from '../ui/time';

const DAY_MS = 24 * 60 * 60 * 1_000;

const dayOf = (at: string | number): number => Math.floor(new Date(at).getTime() / DAY_MS);

/**
 * A time as every screen of the phone writes it: `22:40:07Z`, with the day before it when that is another day in UTC than
 * `now`: `21 Nov 22:40:07Z`.
 */
export function stamp(at: string | number, now: number): string {
  if (dayOf(at) === dayOf(now)) return utcTime(at);
  const [day, month] = utcStamp(at).split(' ');
  return `${day} ${month} ${utcTime(at)}`;
}
