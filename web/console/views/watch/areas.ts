import type { Wire } from '../../../api/types';
import type { WatchArea } from '../../api/watch';
import { countryName } from '../places/countries';
import type { AreaKind, Grant, Places, Role } from '../../wire';
import { watchWords } from './words';

/** The kinds of area that a watch is kept over, and a roster made for, the widest first. */
const KINDS: readonly AreaKind[] = ['installation', 'organisation', 'region', 'country', 'office'];

/** The roles that work cases. */
const WORKS: readonly Role[] = ['field_security_officer', 'security_adviser', 'regional_security_officer', 'operations_operator', 'shift_lead'];

/** The roles that have a roster, with the kinds of area that each is granted over. */
export const ROSTERED: Partial<Record<Role, readonly AreaKind[]>> = {
  field_security_officer: ['office', 'country'],
  security_adviser: ['country'],
  local_security: ['office', 'country'],
  regional_security_officer: ['region', 'organisation'],
  shift_lead: ['office', 'region', 'organisation', 'installation'],
  operations_operator: ['office', 'region', 'organisation', 'installation'],
};

/** An area in one word, for a list to choose from. */
export function keyOf({ area, area_id, country }: WatchArea): string {
  return [area, area_id ?? country ?? ''].join(' ');
}

/** The area of such a word. */
export function areaOf(key: string): WatchArea {
  const [area = '', name = ''] = key.split(' ');
  const kind = area as AreaKind;
  if (name === '') return { area: kind };
  return kind === 'country' ? { area: kind, country: name } : { area: kind, area_id: name };
}

/** What an area is called. */
export function nameOf({ area, country, area_name }: WatchArea & Pick<Wire['Watch'], 'area_name'>): string {
  if (area === 'installation') return watchWords().everywhere;
  if (area === 'country') return countryName(country ?? '');
  return area_name ?? '';
}

/** Where somebody with these grants may begin a shift now, the widest first: the areas of the roles that work cases. */
export function whereToBegin(grants: readonly Grant[], now: number): (WatchArea & { area_name?: string | null | undefined })[] {
  const inForce = ({ from, until, ended_at }: Grant): boolean =>
    ended_at == null && Date.parse(from) <= now && (until == null || now < Date.parse(until));
  const held = grants.filter((grant) => WORKS.includes(grant.role) && KINDS.includes(grant.area) && inForce(grant));
  const each = new Map(held.map(({ area, area_id, country, area_name }) => [keyOf({ area, area_id, country }), { area, area_id, country, area_name }]));
  return [...each.values()].sort((a, b) => KINDS.indexOf(a.area) - KINDS.indexOf(b.area));
}

/** The areas whose roster can be looked at: offices first, then what is wider. The server says which are the caller's. */
export function rosterAreas({ offices, organisations, regions }: Places, grants: readonly Grant[], now: number): (readonly [string, string])[] {
  const countries = [...new Set(offices.map(({ country }) => country))].filter((code) => code !== 'ZZ').sort();
  const wide = grants.some(({ area, from, ended_at }) => area === 'installation' && ended_at == null && Date.parse(from) <= now);
  return [
    ...offices.map(({ id, name }) => [keyOf({ area: 'office', area_id: id }), name] as const),
    ...countries.map((code) => [keyOf({ area: 'country', country: code }), countryName(code)] as const),
    ...regions.map(({ id, name }) => [keyOf({ area: 'region', area_id: id }), name] as const),
    ...organisations.map(({ id, name }) => [keyOf({ area: 'organisation', area_id: id }), name] as const),
    ...(wide ? [[keyOf({ area: 'installation' }), watchWords().everywhere] as const] : []),
  ];
}
