import type { ImportCause } from '../../wire';

/** Fields whose cells name something that Muster knows by name. */
export const NAMING = ['office', 'country', 'duty_station', 'zone', 'kind'] as const;
export type NamingField = (typeof NAMING)[number];

/** The field of a cause whose cells name something unknown; none where something else is wrong. */
export function unknownField({ unknown, field }: Pick<ImportCause, 'unknown' | 'field'>): NamingField | undefined {
  return unknown ? NAMING.find((one) => one === field) : undefined;
}

/** Causes that say more than the rows alone: what is on several rows, and what can be explained once for all. */
export function worthTelling(causes: readonly ImportCause[]): ImportCause[] {
  return causes.filter((cause) => cause.rows > 1 || unknownField(cause) !== undefined);
}

/** The rows of a cause: `2–51, 60`. */
export function rowsText({ at }: Pick<ImportCause, 'at'>, num: (value: number) => string): string {
  return at.map(({ from, to }) => (from === to ? num(from) : `${num(from)}–${num(to)}`)).join(', ');
}
