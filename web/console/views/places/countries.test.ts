import { describe, expect, it } from 'vitest';
import { labelOf } from './countries';

describe('a country in a choice', () => {
  it('has its name and its code', () => expect(labelOf('KE', 'Kenya')).toBe('Kenya (KE)'));
  it('shows its code once where it has no name', () => {
    expect(['TW', '', undefined].map((name) => labelOf('TW', name))).toEqual(['TW', 'TW', 'TW']);
  });
});
