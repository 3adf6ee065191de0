import type { Wire } from '../../../api/types';

type Boundary = Wire['Boundary'];

/**
 * Reads an outline that somebody pasted: a GeoJSON Polygon, or a Feature with one. None when it is neither; what is wrong
 * inside of the polygon, the server says.
 */
export function outlineOf(text: string): Boundary | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const shape = isRecord(read) && read['type'] === 'Feature' ? read['geometry'] : read;
  if (!isRecord(shape) || shape['type'] !== 'Polygon' || !Array.isArray(shape['coordinates'])) return undefined;
  return { type: 'Polygon', coordinates: shape['coordinates'] as number[][][] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The grades that somebody wrote, one on each line: a code, a space, a name. None when one of the lines is not so. */
export function gradesOf(text: string): { code: string; name: string }[] | undefined {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  const grades = lines.map((line) => /^([a-z0-9_]{1,20})\s+(\S.*)$/.exec(line));
  if (lines.length < 2 || lines.length > 12 || grades.includes(null)) return undefined;
  return grades.map((found) => ({ code: found?.[1] ?? '', name: found?.[2] ?? '' }));
}

/** A moment in UTC as it is typed, `2026-12-01T00:00Z`; none when it is no moment. */
export function utcMoment(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** A form's number; what is none is sent as it came, and the server says what is wrong with it. */
export function numberOr(text: string | undefined): number {
  return Number((text ?? '').replace(',', '.'));
}
