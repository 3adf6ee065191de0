import { describe, expect, it } from 'vitest';
import { marksOf } from './marks';
import { hiddenBehind, isFree } from './names';

describe('a name on the map', () => {
  it('is written where it covers no other', () => {
    const other = { left: 10, top: 10, right: 60, bottom: 26 };
    expect(isFree({ left: 50, top: 20, right: 90, bottom: 36 }, [other])).toBe(false);
    expect(isFree({ left: 60, top: 10, right: 90, bottom: 26 }, [other])).toBe(true);
    expect(isFree({ left: 10, top: 26, right: 60, bottom: 42 }, [other])).toBe(true);
    expect(isFree(other, [])).toBe(true);
  });
});

describe('people at one place', () => {
  const at = (id: string, lon: number): Parameters<typeof hiddenBehind>[0] => ({ id, kind: 'case', name: id, lat: 0, lon });
  const close = { view: { lat: 0, lon: 0, scale: 100 }, size: { width: 400, height: 300 } };

  it('are counted where one mark lies over others', () => {
    const people = [at('a', 0), at('b', 0.1), at('c', 2)];
    expect(people.map((one) => hiddenBehind(one, people, close))).toEqual([1, 1, 0]);
    expect(hiddenBehind(at('a', 0), people, { ...close, view: { ...close.view, scale: 1_000 } })).toBe(0);
  });

  it('are drawn so that who has nobody yet is on top', () => {
    const one = (id: string, state: 'open' | 'claimed', severity: 'extreme' | 'minor') => ({
      id, name: id, state, severity, reference: id, of_reporter: false, fixed_at: '2026-11-22T00:00:00Z', at: { lat: 0, lon: 0 },
    });
    const cases = [one('alone', 'open', 'extreme'), one('taken', 'claimed', 'extreme'), one('lesser', 'open', 'minor')];
    const marks = marksOf({ offices: [], premises: [], duty_stations: [], zones: [], cases } as unknown as Parameters<typeof marksOf>[0]);
    expect(marks.map(({ id }) => id)).toEqual(['taken', 'lesser', 'alone']);
  });
});
