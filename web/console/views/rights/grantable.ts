import { NO_COUNTRY } from '../places/countries';
import type { AreaKind, Grant, Places, Role } from '../../wire';

/** The kinds of area that a role may be granted over; the server's table says the same, and a test holds both together. */
export const AREAS_OF: Record<Role, readonly AreaKind[]> = {
  personnel: [],
  warden: ['zone'],
  area_security_coordinator: ['security_area'],
  designated_official: ['country'],
  security_management_team: ['country'],
  security_adviser: ['country'],
  chief_of_mission: ['office'],
  local_security: ['office', 'country'],
  field_security_officer: ['office', 'country'],
  regional_security_officer: ['region', 'organisation'],
  radio_room_operator: ['office', 'region', 'organisation', 'installation'],
  operations_operator: ['office', 'region', 'organisation', 'installation'],
  shift_lead: ['office', 'region', 'organisation', 'installation'],
  analyst: ['office', 'region', 'organisation', 'installation'],
  restricted_case_officer: ['office', 'region', 'organisation', 'installation'],
  list_steward: ['office', 'region', 'organisation', 'installation'],
  administrator: ['office', 'region', 'organisation', 'installation'],
};

/** The roles by which one grants every role, and those by which one appoints wardens. */
const GRANTS_ALL: readonly Role[] = ['administrator'];
const APPOINTS_WARDENS: readonly Role[] = ['administrator', 'area_security_coordinator', 'designated_official'];

/** A place of a security network, as far as a choice needs it. */
export interface Somewhere {
  id: string;
  name: string;
  /** The country that it lies in. */
  country?: string;
  /** The organisation that it belongs to. */
  organisation?: string;
  /** The security area that it lies in. */
  area?: string | null;
}

/** The places that a choice is made from. */
export interface Choices {
  organisations: readonly Somewhere[];
  offices: readonly Somewhere[];
  regions: readonly Somewhere[];
  zones: readonly Somewhere[];
  areas: readonly Somewhere[];
}

/** What an area is chosen by: its identifier, or the country's two letters, or nothing for everywhere. */
export type AreaOption = readonly [value: string, name: string];

/** The roles that somebody with these grants may give to others, now. */
export function rolesToGive(grants: readonly Grant[], now: number): Role[] {
  const all = Object.keys(AREAS_OF) as Role[];
  const given = all.filter((role) => AREAS_OF[role].length > 0);
  if (inForce(grants, now).some(({ role }) => GRANTS_ALL.includes(role))) return given;
  return appoints(grants, now) ? ['warden'] : [];
}

function appoints(grants: readonly Grant[], now: number): boolean {
  return inForce(grants, now).some(({ role }) => APPOINTS_WARDENS.includes(role));
}

/** The areas of a kind that a role may be given over by somebody with these grants, now. */
export function areasToGive(role: Role, kind: AreaKind, grants: readonly Grant[], choices: Choices, now: number): AreaOption[] {
  const by = role === 'warden' ? APPOINTS_WARDENS : GRANTS_ALL;
  const mine = inForce(grants, now).filter((grant) => by.includes(grant.role));
  if (kind === 'installation') return mine.some(({ area }) => area === 'installation') ? [['', '']] : [];
  if (kind === 'country') {
    // A country is everybody's office there: only who holds the whole installation, or the country, grants over it.
    const codes = new Set(choices.offices.flatMap(({ country }) => (country === undefined || country === NO_COUNTRY ? [] : [country])));
    return [...codes]
      .filter((code) => mine.some(({ area, country }) => area === 'installation' || (area === 'country' && country === code)))
      .sort()
      .map((code) => [code, code] as const);
  }
  return placesOf(kind, choices)
    .filter((one) => mine.some((grant) => reaches(grant, kind, one)))
    .map(({ id, name }) => [id, name] as const);
}

function inForce(grants: readonly Grant[], now: number): Grant[] {
  return grants.filter(
    ({ from, until, ended_at }) => ended_at == null && Date.parse(from) <= now && (until == null || now < Date.parse(until)),
  );
}

function placesOf(kind: AreaKind, { organisations, offices, regions, zones, areas }: Choices): readonly Somewhere[] {
  const places: Partial<Record<AreaKind, readonly Somewhere[]>> = {
    organisation: organisations,
    office: offices,
    region: regions,
    zone: zones,
    security_area: areas,
  };
  return places[kind] ?? [];
}

/** Whether a grant covers a place: as far as this page knows; the server decides. */
function reaches(grant: Grant, kind: AreaKind, one: Somewhere): boolean {
  switch (grant.area) {
    case 'installation':
      return true;
    case 'country':
      return kind !== 'organisation' && one.country !== undefined && one.country === grant.country;
    case 'organisation':
      return grant.area_id === (kind === 'organisation' ? one.id : one.organisation);
    case 'security_area':
      return grant.area_id === (kind === 'security_area' ? one.id : one.area);
    default:
      return grant.area_id === one.id;
  }
}

/** What `GET /v1/places` names, as choices. Kinds of place that it does not name are empty. */
export function choicesOf(places: Places): Choices {
  const known = places as Places & Partial<Record<'regions' | 'zones' | 'security_areas', readonly Somewhere[]>>;
  return {
    organisations: places.organisations,
    offices: places.offices,
    regions: known.regions ?? [],
    zones: known.zones ?? [],
    areas: known.security_areas ?? [],
  };
}
