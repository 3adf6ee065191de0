import { describe, expect, it } from 'vitest';
import { sheetDirection, sheetLanguage, SHEET_LANGUAGES, sheetWords } from './sheet_words';

describe('an enrolment sheet', () => {
  it('is in the language of its person, else in the console’s, or in one for all', () => {
    expect(sheetLanguage('own', 'ru', 'ar')).toBe('ru');
    expect(sheetLanguage('own', 'sw', 'ar')).toBe('ar');
    expect(sheetLanguage('fr', 'ru', 'ar')).toBe('fr');
  });

  it('is written from right to left in Arabic alone', () => {
    expect(SHEET_LANGUAGES.filter((one) => sheetDirection(one) === 'rtl')).toEqual(['ar']);
  });

  it('says in each language what it is, three steps, and until when', () => {
    const all = SHEET_LANGUAGES.map((one) => sheetWords[one]);
    for (const words of all) {
      expect(words.steps).toHaveLength(3);
      expect(words.until('22 Nov 22:40Z')).toContain('22 Nov 22:40Z');
      expect(words.qr('Awa')).toContain('Awa');
    }
    expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
  });
});
