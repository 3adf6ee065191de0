import { describe, expect, it } from 'vitest';
import { wholeNumber } from './numbers';

describe('a number that is typed', () => {
  it('is whole and within its bounds, in the digits of either language', () => {
    expect(wholeNumber('180', 365)).toBe(180);
    expect(wholeNumber('١٨٠', 365)).toBe(180);
    expect(wholeNumber('۱۸۰', 365)).toBe(180);
    expect(wholeNumber('365', 365)).toBe(365);
  });

  it.each([undefined, '', '0', '366', '1.5', '-1', '1e2', 'ten', '12345678901'])('is none: %s', (typed) => {
    expect(wholeNumber(typed, 365)).toBeUndefined();
  });
});
