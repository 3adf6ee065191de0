import { expect, it } from 'vitest';
import { isToCome } from './to_come';

it('a grant made just now has begun, whatever the second hand says', () => {
  const at = Date.parse('2026-11-22T08:00:00Z');
  expect(isToCome('2026-11-22T08:00:00.900Z', at)).toBe(false);
  expect(isToCome('2026-11-22T08:01:00Z', at)).toBe(true);
  expect(isToCome('2026-11-22T07:59:00Z', at)).toBe(false);
});
