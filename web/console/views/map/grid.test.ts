import { expect, it } from 'vitest';
import { degrees, gridStep } from './grid';

it('the grid is wider apart the farther one looks from', () => {
  expect(gridStep(0.7)).toBe(30);
  expect(gridStep(30)).toBe(5);
  expect(gridStep(1_500)).toBe(0.1);
  expect(gridStep(20_000)).toBe(0.01);
});

it('degrees say their side, and nothing at zero', () => {
  expect(degrees(-18, 5, ['N', 'S'])).toBe('18°S');
  expect(degrees(36.8, 0.1, ['E', 'W'])).toBe('36.8°E');
  expect(degrees(-0.0000001, 1, ['E', 'W'])).toBe('0°');
});
