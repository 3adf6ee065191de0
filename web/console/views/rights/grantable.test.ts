import { describe, expect, it } from 'vitest';
import table from '../../../../server/src/access/permissions.rs?raw';
import type { Grant } from '../../wire';
import { AREAS_OF, areasToGive, rolesToGive, type Choices } from './grantable';

const NOW = Date.UTC(2026, 10, 22, 5);
const at = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString();

const choices: Choices = {
  organisations: [
    { id: 'wfo', name: 'WFO' },
    { id: 'hro', name: 'HRO' },
  ],
  offices: [
    { id: 'wfo-qx', name: 'WFO Somaria', country: 'QX', organisation: 'wfo' },
    { id: 'hro-qx', name: 'HRO Somaria', country: 'QX', organisation: 'hro' },
    { id: 'wfo-qy', name: 'WFO Veldia', country: 'QY', organisation: 'wfo' },
  ],
  regions: [{ id: 'east', name: 'East', organisation: 'wfo' }],
  zones: [
    { id: 'z1', name: 'Harbour', country: 'QX', area: 'north' },
    { id: 'z2', name: 'Hills', country: 'QY', area: null },
  ],
  areas: [{ id: 'north', name: 'North', country: 'QX' }],
};

function held(role: Grant['role'], area: Grant['area'], over: Partial<Grant> = {}): Grant {
  return { id: 'g', person: 'p', name: 'A', role, area, from: at(-1), origin: 'appointment', granted_at: at(-1), ...over };
}

const ids = (options: readonly (readonly [string, string])[]): string[] => options.map(([id]) => id);

describe('what may be granted', () => {
  it('is every role for an administrator, wardens alone for who appoints them, nothing for others', () => {
    expect(rolesToGive([held('administrator', 'installation')], NOW)).not.toContain('personnel');
    expect(rolesToGive([held('administrator', 'office', { area_id: 'wfo-qx' })], NOW)).toContain('shift_lead');
    expect(rolesToGive([held('designated_official', 'country', { country: 'QX' })], NOW)).toEqual(['warden']);
    expect(rolesToGive([held('shift_lead', 'installation')], NOW)).toEqual([]);
  });

  it('counts only grants in force: not one that is over, ended, or to come', () => {
    expect(rolesToGive([held('administrator', 'installation', { until: at(0) })], NOW)).toEqual([]);
    expect(rolesToGive([held('administrator', 'installation', { ended_at: at(-1) })], NOW)).toEqual([]);
    expect(rolesToGive([held('administrator', 'installation', { from: at(1) })], NOW)).toEqual([]);
  });

  it('reaches no further than one’s own grant', () => {
    const organisation = [held('administrator', 'organisation', { area_id: 'wfo' })];
    expect(ids(areasToGive('shift_lead', 'office', organisation, choices, NOW))).toEqual(['wfo-qx', 'wfo-qy']);
    expect(ids(areasToGive('shift_lead', 'organisation', organisation, choices, NOW))).toEqual(['wfo']);
    expect(ids(areasToGive('shift_lead', 'region', organisation, choices, NOW))).toEqual(['east']);
    expect(areasToGive('shift_lead', 'installation', organisation, choices, NOW)).toEqual([]);
    expect(areasToGive('designated_official', 'country', organisation, choices, NOW)).toEqual([]);
    const office = [held('administrator', 'office', { area_id: 'hro-qx' })];
    expect(ids(areasToGive('chief_of_mission', 'office', office, choices, NOW))).toEqual(['hro-qx']);
  });

  it('is everything for who holds the whole installation', () => {
    const all = [held('administrator', 'installation')];
    expect(ids(areasToGive('designated_official', 'country', all, choices, NOW))).toEqual(['QX', 'QY']);
    expect(ids(areasToGive('warden', 'zone', all, choices, NOW))).toEqual(['z1', 'z2']);
    expect(areasToGive('administrator', 'installation', all, choices, NOW)).toHaveLength(1);
  });

  it('lets a coordinator appoint wardens in the own area, and an official in the own country', () => {
    const coordinator = [held('area_security_coordinator', 'security_area', { area_id: 'north' })];
    expect(ids(areasToGive('warden', 'zone', coordinator, choices, NOW))).toEqual(['z1']);
    const official = [held('designated_official', 'country', { country: 'QY' })];
    expect(ids(areasToGive('warden', 'zone', official, choices, NOW))).toEqual(['z2']);
    expect(areasToGive('shift_lead', 'office', coordinator, choices, NOW)).toEqual([]);
  });

  it('goes by the kinds of area of the server’s table', () => {
    const body = /pub const fn areas\(role: Role\)[^{]*\{\s*match role \{([\s\S]*?)\n\s{4}\}/.exec(table)?.[1] ?? '';
    const snake = (word: string): string => word.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase();
    const rows = [...body.matchAll(/((?:Role::\w+[\s|]*)+)=>\s*&\[([^\]]*)\]/g)].flatMap(([, roles = '', kinds = '']) =>
      [...roles.matchAll(/Role::(\w+)/g)].map(([, role = '']) => [snake(role), [...kinds.matchAll(/\w+/g)].map(([kind]) => snake(kind))]),
    );
    expect(Object.fromEntries(rows)).toEqual(AREAS_OF);
  });
});
