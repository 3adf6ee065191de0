/**
 * Times as they are shown. A stamp is in UTC and ends with Z, or names its zone. Stamps keep Latin digits and read left
 * to right in every language: they are read out on the radio. Ages are words and follow the language.
 */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => value.toString().padStart(2, '0');

/** `21 Nov 22:40Z`. */
export function utcStamp(at: string | number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}Z`;
}

/** `22:40:07Z`. */
export function utcTime(at: string | number): string {
  const date = new Date(at);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}Z`;
}

/** `01:40 Africa/Mogadishu`, with the day when it is another one than in UTC: `22 Nov 01:40 Africa/Mogadishu`. */
export function localStamp(at: string | number, zone: string): string | undefined {
  const local = localParts(at, zone);
  if (!local) return undefined;
  const day = local.day === new Date(at).getUTCDate() ? '' : `${local.day} ${MONTHS[local.month - 1] ?? ''} `;
  return `${day}${two(local.hour)}:${two(local.minute)} ${zone}`;
}

/** `01:40`; none when this browser does not know the zone. The caller shows the zone beside it. */
export function localTime(at: string | number, zone: string): string | undefined {
  const local = localParts(at, zone);
  return local && `${two(local.hour)}:${two(local.minute)}`;
}

interface LocalParts {
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) {
    let format: Intl.DateTimeFormat | undefined;
    try {
      format = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        hourCycle: 'h23',
      });
    } catch {
      // A zone this browser does not know: the UTC stamp beside it stays true.
    }
    formats.set(zone, format);
  }
  return formats.get(zone);
}

function localParts(at: string | number, zone: string): LocalParts | undefined {
  const format = formatOf(zone);
  if (!format) return undefined;
  const parts = format.formatToParts(new Date(at));
  const number = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? Number.NaN);
  return { month: number('month'), day: number('day'), hour: number('hour'), minute: number('minute') };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age in words, one unit, rounded down: `42 sec`, `4 min`, `3 hr`, `2 days`. Never negative. */
export function ageWords(ms: number, language: string): string {
  const age = Math.max(0, ms);
  const [value, unit] =
    age < MINUTE
      ? [age / SECOND, 'second']
      : age < HOUR
        ? [age / MINUTE, 'minute']
        : age < DAY
          ? [age / HOUR, 'hour']
          : [age / DAY, 'day'];
  return unitFormat(language, unit).format(Math.floor(value));
}

const units = new Map<string, Intl.NumberFormat>();

function unitFormat(language: string, unit: string): Intl.NumberFormat {
  const key = `${language} ${unit}`;
  const known = units.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' });
  units.set(key, made);
  return made;
}

/** A countdown: `2:07`, rounded up so that it shows 0:00 only when it is over. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** The letters for the units of what is left, as a language writes them. */
export interface TimeUnits {
  day: string;
  hour: string;
  minute: string;
}

/** What is left, in milliseconds, at a glance: `2:07` below an hour, then `3 h 20 min`, from a day on `1 d 0 h`. */
export function remaining(ms: number, units: TimeUnits, written: (value: number) => string): string {
  const left = Math.max(0, Math.ceil(ms / SECOND)) * SECOND;
  if (left < HOUR) return countdown(left);
  const [large, largeUnit, small, smallUnit] =
    left < DAY ? [HOUR, units.hour, MINUTE, units.minute] : [DAY, units.day, HOUR, units.hour];
  const [whole, rest] = [Math.floor(left / large), Math.floor((left % large) / small)];
  return `${written(whole)} ${largeUnit} ${written(rest)} ${smallUnit}`;
}

/** `2.04693, 45.31816`: five decimals, about a metre. */
export function coordinates(lat: number, lon: number): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}
