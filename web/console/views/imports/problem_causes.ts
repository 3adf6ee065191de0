import type { ImportCause } from '../../wire';

/** Fields whose cells name something that Muster knows by name. */
export const NAMING = ['office', 'country', 'duty_station', 'zone', 'kind'] as const;
export type NamingField = (typeof NAMING)[number];

/** The field of a cause whose cells name something unknown; none where something else is wrong. */
export function unknownField({ unknown, field }: Pick<ImportCause, 'unknown' | 'field'>): NamingField | undefined {
  return unknown ? NAMING.find((one) => one === field) : undefined;
}

/** Whether the rows say the same again and again: then they are folded away behind their causes. */
export function areRowsFolded(causes: readonly ImportCause[]): boolean {
  return causes.some(({ rows }) => rows > 1);
}

/** Causes that are told: all of them where the rows are folded away, else only what can be explained once for all. */
export function worthTelling(causes: readonly ImportCause[]): readonly ImportCause[] {
  return areRowsFolded(causes) ? causes : causes.filter((cause) => unknownField(cause) !== undefined);
}

/** The rows of a cause: `2–51, 60`. */
export function rowsText({ at }: Pick<ImportCause, 'at'>, num: (value: number) => string): string {
  return at.map(({ from, to }) => (from === to ? num(from) : `${num(from)}–${num(to)}`)).join(', ');
}
