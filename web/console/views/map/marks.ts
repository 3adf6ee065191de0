import type { Wire } from '../../../api/types';
import type { Ground } from './projection';

type Shown = Wire['Map'];

/** Something at one place of the map. */
export interface Mark extends Ground {
  id: string;
  kind: 'case' | 'office' | 'station' | 'premises';
  name: string;
}

/** Everything that is at one place, what matters most last: it is drawn on top. */
export function marksOf({ offices, premises, duty_stations, cases }: Shown): Mark[] {
  return [
    ...duty_stations.map(({ id, name, lat, lon }) => ({ id, kind: 'station' as const, name, lat, lon })),
    ...premises.map(({ id, name, lat, lon }) => ({ id, kind: 'premises' as const, name, lat, lon })),
    ...offices.flatMap(({ id, name, at }) => (at == null ? [] : [{ id, kind: 'office' as const, name, lat: at.lat, lon: at.lon }])),
    ...cases.map(({ id, name, at }) => ({ id, kind: 'case' as const, name, lat: at.lat, lon: at.lon })),
  ];
}

/** An outline's points. */
export function outlinePoints({ coordinates }: Wire['Boundary']): Ground[] {
  return (coordinates[0] ?? []).flatMap(([lon, lat]) => (lon === undefined || lat === undefined ? [] : [{ lat, lon }]));
}

/** Where the map looks at first: people in open cases when there are any, otherwise all places. */
export function firstLook(map: Shown): Ground[] {
  const marks = marksOf(map);
  const cases = marks.filter(({ kind }) => kind === 'case');
  if (cases.length > 0) return cases;
  return marks.length > 0 ? marks : map.zones.flatMap(({ boundary }) => outlinePoints(boundary));
}
