import { describe, expect, it } from 'vitest';
import { ROW_HEIGHT, rowWindow, scrollTo } from './window';

describe('the row window', () => {
  it('draws under 60 rows of 5,000 on a tall screen', () => {
    const { drawn } = rowWindow(5_000, 100_000, 2_160, 4_999);
    expect(drawn.length).toBeLessThan(60);
    expect(drawn.at(-1)).toBe(4_999);
  });

  it('covers everything in view', () => {
    const { drawn, inView } = rowWindow(100, 10 * ROW_HEIGHT + 5, 5 * ROW_HEIGHT, -1);
    expect(inView).toEqual([10, 16]);
    expect(drawn[0]).toBe(6);
    expect(drawn.at(-1)).toBe(19);
  });

  it('draws the highlighted row wherever it is, and once', () => {
    expect(rowWindow(100, 0, ROW_HEIGHT, 0).drawn.filter((index) => index === 0)).toHaveLength(1);
    expect(rowWindow(100, 5_000, ROW_HEIGHT, 0).drawn[0]).toBe(0);
  });

  it('draws nothing of an empty list', () => {
    expect(rowWindow(0, 0, 900, -1)).toEqual({ drawn: [], inView: [0, 0] });
  });

  it('has nothing in view when the list itself is hidden', () => {
    expect(rowWindow(10, 0, 0, -1).inView).toEqual([0, 0]);
  });
});

describe('scrolling to a row', () => {
  it('moves only as far as needed', () => {
    expect(scrollTo(3, 0, 10 * ROW_HEIGHT)).toBe(0);
    expect(scrollTo(12, 0, 10 * ROW_HEIGHT)).toBe(3 * ROW_HEIGHT);
    expect(scrollTo(1, 5 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toBe(ROW_HEIGHT);
  });
});
