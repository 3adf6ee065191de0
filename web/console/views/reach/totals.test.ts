import { describe, expect, it } from 'vitest';
import { percent, totals } from './totals';

describe('who is reachable', () => {
  it('adds up the offices', () => {
    const kenya = { people: 10, proven: 4, with_number: 8, enrolled: 5, nothing: 1 };
    const chad = { people: 3, proven: 0, with_number: 1, enrolled: 0, nothing: 2 };
    expect(totals([kenya, chad])).toEqual({ people: 13, proven: 4, with_number: 9, enrolled: 5, nothing: 3 });
    expect(totals([]).people).toBe(0);
  });

  it('says everybody only when it is everybody, and nobody only when it is nobody', () => {
    expect(percent(9_999, 10_000)).toBe(99);
    expect(percent(10_000, 10_000)).toBe(100);
    expect(percent(1, 10_000)).toBe(1);
    expect(percent(0, 10_000)).toBe(0);
    expect(percent(1, 3)).toBe(33);
  });

  it('has no share of nobody', () => {
    expect(percent(0, 0)).toBeUndefined();
  });
});
