import type { Wire } from '../../../api/types';
import type { Ground } from './projection';

type Shown = Wire['Map'];

/** Something at one place of the map. */
export interface Mark extends Ground {
  id: string;
  kind: 'case' | 'office' | 'station' | 'premises';
  name: string;
}

const SEVERITIES: readonly Wire['CaseOnMap']['severity'][] = ['extreme', 'severe', 'moderate', 'minor'];

/** Everything that is at one place, what matters most last: it is drawn on top. */
export function marksOf({ offices, premises, duty_stations, cases }: Shown): Mark[] {
  return [
    ...duty_stations.map(({ id, name, lat, lon }) => ({ id, kind: 'station' as const, name, lat, lon })),
    ...premises.map(({ id, name, lat, lon }) => ({ id, kind: 'premises' as const, name, lat, lon })),
    ...offices.flatMap(({ id, name, at }) => (at == null ? [] : [{ id, kind: 'office' as const, name, lat: at.lat, lon: at.lon }])),
    ...[...cases].sort(byNeed).map(({ id, name, at }) => ({ id, kind: 'case' as const, name, lat: at.lat, lon: at.lon })),
  ];
}

/** Who has nobody yet comes last, and is seen; then the worst. */
function byNeed(a: Wire['CaseOnMap'], b: Wire['CaseOnMap']): number {
  const need = ({ state, severity }: Wire['CaseOnMap']): number => (state === 'open' ? 10 : 0) - SEVERITIES.indexOf(severity);
  return need(a) - need(b);
}

/** An outline's points. */
export function outlinePoints({ coordinates }: Wire['Boundary']): Ground[] {
  return (coordinates[0] ?? []).flatMap(([lon, lat]) => (lon === undefined || lat === undefined ? [] : [{ lat, lon }]));
}

/** Every point of the map. */
export function everything(map: Shown): Ground[] {
  return [...marksOf(map), ...map.zones.flatMap(({ boundary }) => outlinePoints(boundary))];
}

/** Where the map looks at first: people in open cases when there are any, otherwise everything. */
export function firstLook(map: Shown): Ground[] {
  const cases = marksOf(map).filter(({ kind }) => kind === 'case');
  return cases.length > 0 ? cases : everything(map);
}
