import { describe, expect, it } from 'vitest';
import { confirmed, idle, may, share, stepOf, underWay } from './steps';

describe('an import', () => {
  it('is asked about only while the server works on it', () => {
    expect((['mapped', 'checking', 'applying', 'undoing'] as const).every(underWay)).toBe(true);
    expect((['read', 'checked', 'applied', 'undone', 'failed', 'cancelled'] as const).some(underWay)).toBe(false);
  });

  it('goes from its columns to who is reachable', () => {
    expect((['read', 'checking', 'checked', 'applied'] as const).map(stepOf)).toEqual(['columns', 'check', 'apply', 'reach']);
  });

  it('has no share before its length is known, and never more than all', () => {
    expect(share({ done: 0, total: 0 })).toBeUndefined();
    expect(share({ done: 50, total: 200 })).toBe(0.25);
    expect(share({ done: 201, total: 200 })).toBe(1);
  });

  it('is applied after its dry run, undone after it was applied, dropped before', () => {
    expect(may({ state: 'checked' })).toEqual({ name: true, apply: true, cancel: true, undo: false });
    const at = '2026-11-22T00:00:00Z';
    expect(may({ state: 'applied', applied_at: at })).toEqual({ name: false, apply: false, cancel: false, undo: true });
    expect(may({ state: 'failed', applied_at: at })).toEqual({ name: false, apply: true, cancel: false, undo: true });
    expect(may({ state: 'failed', applied_at: at, undone_at: at }).apply).toBe(false);
    expect(may({ state: 'failed' })).toEqual({ name: true, apply: false, cancel: true, undo: false });
    expect(may({ state: 'undone', applied_at: at, undone_at: at })).toEqual({ name: false, apply: false, cancel: false, undo: false });
  });
});

describe('an import that does nothing', () => {
  const figures = { rows: 50, new: 0, changed: 0, returning: 0, leaving: 0, bad_rows: 0 };

  it('says whether that is because of the list or of its errors', () => {
    expect(idle(figures)).toBe('nothing');
    expect(idle({ ...figures, bad_rows: 50 })).toBe('allBad');
    expect(idle({ ...figures, bad_rows: 49 })).toBe('restSame');
  });

  it('is not one that enters, changes, or lets somebody leave', () => {
    expect(idle({ ...figures, new: 1, bad_rows: 49 })).toBeUndefined();
    expect(idle({ ...figures, leaving: 1 })).toBeUndefined();
  });

  it('lets nobody leave while rows have errors', () => {
    expect(idle({ ...figures, leaving: 3, bad_rows: 50 })).toBe('allBad');
  });
});

describe('the number of people who leave', () => {
  it('is confirmed by itself alone, in the digits of the language', () => {
    expect(confirmed(' 37 ', 37)).toBe(true);
    expect(confirmed('٣٧', 37)).toBe(true);
    expect(confirmed('۳۷', 37)).toBe(true);
  });

  it('is not confirmed by another number, by words, or by nothing', () => {
    expect(confirmed('36', 37)).toBe('other');
    expect(confirmed('37.0', 37)).toBe('other');
    expect(confirmed('all', 37)).toBe('other');
    expect(confirmed('  ', 37)).toBe('empty');
  });
});
