import { describe, expect, it } from 'vitest';
import { countryName, findCountries, FOUND_MAX } from './countries';

const codes = (typed: string, language = 'en'): string[] => findCountries(typed, language).map(({ code }) => code);

describe('a search for a country', () => {
  it('finds nothing for nothing', () => {
    expect([codes(''), codes('  '), codes('zzzz')]).toEqual([[], [], []]);
  });

  it('puts the code first, then names that begin so, then words that do', () => {
    expect(codes('ke')[0]).toBe('KE');
    expect(codes('guinea').slice(0, 2)).toEqual(['GN', 'GW']);
    expect(codes('guinea')).toEqual(expect.arrayContaining(['GQ', 'PG']));
    expect(codes('a')).toHaveLength(FOUND_MAX);
  });

  it('asks for no accents and no capitals', () => {
    expect(codes("cote d'iv")).toEqual(['CI']);
    expect(codes('TÜRK')).toEqual(codes('turk'));
    expect(codes('reunion')).toEqual(['RE']);
  });

  it('finds a name in the language on the screen, however its alef is written, and in English', () => {
    expect(codes('كينيا', 'ar')).toEqual(['KE']);
    expect(codes('اثيوبيا', 'ar')).toEqual(['ET']);
    expect(codes('Kenya', 'ar')).toEqual(['KE']);
    expect(findCountries('ET', 'ar')[0]?.name).toBe(countryName('ET', 'ar'));
  });

  it('calls an invented country by its code', () => {
    expect(countryName('XQ', 'en')).toBe('XQ');
    expect(countryName('not a code', 'en')).toBe('not a code');
  });
});
