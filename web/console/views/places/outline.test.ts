import { describe, expect, it } from 'vitest';
import { gradesOf, numberOr, outlineOf, utcMoment } from './outline';

const RING = [[[45, 2], [46, 2], [46, 3], [45, 2]]];

describe('an outline that somebody pasted', () => {
  it('is a polygon, or a feature with one', () => {
    const polygon = { type: 'Polygon', coordinates: RING };
    expect(outlineOf(JSON.stringify(polygon))).toEqual(polygon);
    expect(outlineOf(JSON.stringify({ type: 'Feature', properties: {}, geometry: polygon }))).toEqual(polygon);
  });

  it('is none otherwise', () => {
    for (const text of ['', 'here', '[]', '{"type":"Point","coordinates":[1,2]}', '{"type":"Feature"}', '{"type":"Polygon"}']) {
      expect(outlineOf(text)).toBeUndefined();
    }
  });
});

describe('grades that somebody wrote', () => {
  it('are a code and a name on each line', () => {
    expect(gradesOf('low Low\n\n very_high Very high ')).toEqual([
      { code: 'low', name: 'Low' },
      { code: 'very_high', name: 'Very high' },
    ]);
  });

  it('are none when a line is not so, or there are too few or too many', () => {
    expect(gradesOf('low Low')).toBeUndefined();
    expect(gradesOf('low Low\nHIGH High')).toBeUndefined();
    expect(gradesOf('low Low\nhigh')).toBeUndefined();
    expect(gradesOf(Array.from({ length: 13 }, (_, index) => `g${index} Grade`).join('\n'))).toBeUndefined();
  });
});

describe('what is typed', () => {
  it('is a moment in UTC only when it is whole', () => {
    expect(utcMoment('2026-12-01T00:00Z')).toBe('2026-12-01T00:00:00.000Z');
    expect(utcMoment('2026-12-01')).toBeUndefined();
    expect(utcMoment('2026-13-01T00:00Z')).toBeUndefined();
  });

  it('is a number with a comma or a point', () => {
    expect(numberOr('2,5')).toBe(2.5);
    expect(numberOr('-18.02')).toBe(-18.02);
  });
});
