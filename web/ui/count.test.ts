import { describe, expect, it } from 'vitest';
import { counter } from './count';

const DAYS = { zero: 'لا أيام', one: 'يوم واحد', two: 'يومان', few: '{n} أيام', many: '{n} يومًا', other: '{n} يوم' };

describe('a counted phrase', () => {
  it('takes the form that Arabic has for each count', () => {
    const many = counter('ar');
    const digits = new Intl.NumberFormat('ar');
    const said = [0, 1, 2, 3, 10, 11, 99, 100, 103].map((count) => many(count, DAYS));
    expect(said).toEqual([
      'لا أيام',
      'يوم واحد',
      'يومان',
      `${digits.format(3)} أيام`,
      `${digits.format(10)} أيام`,
      `${digits.format(11)} يومًا`,
      `${digits.format(99)} يومًا`,
      `${digits.format(100)} يوم`,
      `${digits.format(103)} أيام`,
    ]);
  });

  it('writes the count as the language does, wherever the phrase has it', () => {
    expect(counter('en')(1_234, { one: '{n} day', other: '{n} days' })).toBe('1,234 days');
    expect(counter('en')(1, { one: '{n} of {n} day', other: '{n} days' })).toBe('1 of 1 day');
  });

  it('falls back to the form every phrase has', () => {
    expect(counter('ar')(2, { other: 'العدد {n}' })).toBe(`العدد ${new Intl.NumberFormat('ar').format(2)}`);
  });
});
