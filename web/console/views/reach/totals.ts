import type { Wire } from '../../../api/types';

/** The counts of an office's row. */
export const COUNTS = ['people', 'reachable', 'enrolled', 'proven', 'with_number', 'nothing'] as const;
export type Count = (typeof COUNTS)[number];

/** The counts of all offices together. */
export function totals(offices: readonly Pick<Wire['OfficeReach'], Count>[]): Record<Count, number> {
  const sum = (count: Count): number => offices.reduce((all, one) => all + one[count], 0);
  return {
    people: sum('people'),
    reachable: sum('reachable'),
    enrolled: sum('enrolled'),
    proven: sum('proven'),
    with_number: sum('with_number'),
    nothing: sum('nothing'),
  };
}

/** A share in whole percent; never 100 while anybody is missing, nor 0 while there is anybody. */
export function percent(part: number, all: number): number | undefined {
  if (all === 0) return undefined;
  const exact = (part / all) * 100;
  if (part < all && exact > 99) return 99;
  return part > 0 && exact < 1 ? 1 : Math.round(exact);
}
