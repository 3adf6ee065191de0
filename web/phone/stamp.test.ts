import { expect, it } from 'vitest';
import { stamp } from './stamp';

it('a time has its seconds and Z, and its day when that is not today', () => {
  const now = Date.parse('2026-11-22T00:10:00Z');
  expect(stamp('2026-11-22T00:05:07.900Z', now)).toBe('00:05:07Z');
  expect(stamp('2026-11-21T22:40:07Z', now)).toBe('21 Nov 22:40:07Z');
  expect(stamp('2025-11-22T00:05:07Z', now)).toBe('22 Nov 00:05:07Z');
});
