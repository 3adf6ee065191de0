import { describe, expect, it } from 'vitest';
import { AREAS, areasOf, firstArea, mayOpen } from './area_names';

describe('the areas of the console', () => {
  it('are shown to whoever may do something there, and to nobody else', () => {
    expect(areasOf({ permissions: [] })).toEqual(['account']);
    expect(areasOf({ permissions: ['read_audit'] })).toEqual(['audit', 'account']);
    expect(areasOf({ permissions: ['manage_tokens'] })).toEqual(['tokens', 'account']);
    expect(areasOf({ permissions: ['enrol_phones'] })).toEqual(['enrol', 'devices', 'account']);
    expect(mayOpen('rights', { permissions: ['read_people', 'edit_people', 'work_cases'] })).toBe(false);
    expect(mayOpen('imports', { permissions: ['read_people'] })).toBe(false);
  });

  it('begin where there is work: places for who enters them, people for who reads them, oneself for the rest', () => {
    expect(firstArea({ permissions: ['edit_places', 'read_people'] })).toBe('places');
    expect(firstArea({ permissions: ['read_people'] })).toBe('people');
    expect(firstArea({ permissions: ['read_zone'] })).toBe('people');
    expect(firstArea({ permissions: [] })).toBe('account');
  });

  it('each have a name of their own', () => {
    expect(new Set(AREAS).size).toBe(AREAS.length);
  });
});
