import type { Permission, Session } from './wire';

/** The areas of the console beside the queue, in the order of the navigation. */
export const AREAS = [
  'map', 'watch', 'board', 'people', 'imports', 'places', 'rights', 'enrol', 'devices', 'tokens', 'calling', 'audit', 'account',
] as const;

/** An area: the first part of its address. */
export type AreaName = (typeof AREAS)[number];

/** Who sees an area: whoever has one of these permissions. Every signed-in person has an account. */
const NEEDS: Record<AreaName, readonly Permission[]> = {
  map: ['work_cases', 'read_people', 'read_counts', 'edit_places', 'read_zone'],
  watch: ['work_cases', 'edit_rosters', 'read_people'],
  board: ['edit_people', 'attest_list', 'edit_places', 'appoint_wardens', 'verify_numbers', 'read_counts'],
  people: ['read_people', 'read_pseudonyms', 'read_counts', 'read_zone', 'edit_people', 'attest_list'],
  imports: ['edit_people'],
  places: ['edit_places', 'read_people', 'read_counts', 'appoint_wardens', 'read_zone'],
  rights: ['grant_roles', 'appoint_wardens', 'break_glass', 'unseal_names', 'seize_office', 'end_sessions'],
  enrol: ['enrol_phones'],
  devices: ['enrol_phones'],
  tokens: ['manage_tokens'],
  calling: ['work_cases', 'edit_ladders'],
  audit: ['read_audit'],
  account: [],
};

/** Whether a session sees an area. */
export function mayOpen(area: AreaName, held: Pick<Session, 'permissions'>): boolean {
  const needs = NEEDS[area];
  return needs.length === 0 || needs.some((permission) => held.permissions.includes(permission));
}

/** The areas a session sees. */
export function areasOf(held: Pick<Session, 'permissions'>): AreaName[] {
  return AREAS.filter((area) => mayOpen(area, held));
}

/** Where whoever works no cases begins: with what they set up, or with themselves. */
export function firstArea(held: Pick<Session, 'permissions'>): AreaName {
  const order: readonly AreaName[] = held.permissions.includes('edit_places') ? ['places'] : ['people', 'board', 'rights'];
  return order.find((area) => mayOpen(area, held)) ?? 'account';
}
