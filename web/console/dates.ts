import { localStamp, utcStamp } from '../ui/time';

/** `22 Nov 2026 22:40Z`: a moment whose year matters, such as a grant's end. */
export function utcDate(at: string | number): string {
  const year = new Date(at).getUTCFullYear();
  return utcStamp(at).replace(/ (\d\d:\d\dZ)$/, ` ${year} $1`);
}

/** The zone that this computer's clock shows. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `01:40 Africa/Mogadishu`, or with its day when that is another one than in UTC; nothing where the clock shows UTC. */
export function ownLocal(at: string | number): string {
  return ownZone() === 'UTC' ? '' : (localStamp(at, ownZone()) ?? '');
}

/**
 * The moment that a `datetime-local` field says, in the zone of this computer; none when it is empty or no moment. A local
 * time that a change of clocks skips or doubles is what the browser takes it for: the UTC beside the field says which.
 */
export function momentOf(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return undefined;
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** What a `datetime-local` field shows for a moment, in the zone of this computer, to the minute. */
export function fieldOf(at: string | number): string {
  const date = new Date(at);
  const two = (value: number): string => value.toString().padStart(2, '0');
  const day = `${date.getFullYear().toString().padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
