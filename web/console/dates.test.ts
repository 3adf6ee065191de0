import { describe, expect, it } from 'vitest';
import { fieldOf, momentOf, utcDate } from './dates';

describe('a moment of a grant', () => {
  it('is shown with its year, in UTC', () => {
    expect(utcDate('2026-11-22T22:40:07Z')).toBe('22 Nov 2026 22:40Z');
    expect(utcDate('2027-01-01T00:00:00Z')).toBe('1 Jan 2027 00:00Z');
  });

  it('is typed in the time of this computer, and back', () => {
    const at = '2026-11-22T22:40:00.000Z';
    expect(momentOf(fieldOf(at))).toBe(at);
  });

  it('is none when it is not whole', () => {
    expect(momentOf('')).toBeUndefined();
    expect(momentOf('2026-11-22')).toBeUndefined();
    expect(momentOf('2026-02-31T10:99')).toBeUndefined();
    expect(momentOf('tomorrow')).toBeUndefined();
  });
});
