import { describe, expect, it } from 'vitest';
import type { ImportCause } from '../../wire';
import { imports as ar } from './ar_imports';
import { imports as en } from './en_imports';
import { areRowsFolded, NAMING, rowsText, unknownField, worthTelling } from './problem_causes';

const cause = (part: Partial<ImportCause>): ImportCause => ({ level: 'error', why: 'Wrong.', unknown: false, rows: 1, at: [{ from: 2, to: 2 }], ...part });

describe('what is wrong, by cause', () => {
  it('names its rows in stretches', () => {
    const at = [{ from: 2, to: 51 }, { from: 60, to: 60 }];
    expect(rowsText({ at }, String)).toBe('2–51, 60');
  });

  it('is told whole where rows repeat each other; else the rows say it, but for what can be explained once', () => {
    const many = cause({ rows: 50 });
    const word = cause({ unknown: true, field: 'office', cell: 'Kabul 2' });
    expect(worthTelling([many, word, cause({})])).toHaveLength(3);
    expect(worthTelling([word, cause({})])).toEqual([word]);
    expect([areRowsFolded([many]), areRowsFolded([word])]).toEqual([true, false]);
  });

  it('is an unknown name only in columns that name something', () => {
    expect(unknownField({ unknown: true, field: 'office' })).toBe('office');
    expect(unknownField({ unknown: false, field: 'office' })).toBeUndefined();
    expect(unknownField({ unknown: true, field: 'email' })).toBeUndefined();
  });

  it('says the word itself and the count, in each language', () => {
    for (const { causes } of [en, ar]) {
      for (const field of NAMING) expect(causes.unknown[field]('Kabul 2')).toContain('Kabul 2');
      expect(causes.rows(50)).toMatch(/50|٥٠/);
    }
  });
});
