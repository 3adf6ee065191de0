import { describe, expect, it } from 'vitest';
import { daysLeft, standing } from './standing';

const at = Date.parse('2026-11-22T12:00:00Z');
const until = (expires_at: string, ended_at?: string) => ({ expires_at, ended_at });

describe('a token', () => {
  it('works until the moment at which it runs out, or is ended', () => {
    expect(standing(until('2026-11-22T12:00:01Z'), at)).toBe('works');
    expect(standing(until('2026-11-22T12:00:00Z'), at)).toBe('over');
    expect(standing(until('2027-11-22T12:00:00Z', '2026-11-01T00:00:00Z'), at)).toBe('ended');
  });

  it('says how many days are left once they are few', () => {
    expect(daysLeft(until('2027-05-21T12:00:00Z'), at)).toBeUndefined();
    expect(daysLeft(until('2026-12-06T12:00:00Z'), at)).toBe(14);
    expect(daysLeft(until('2026-12-07T12:00:00Z'), at)).toBeUndefined();
    expect(daysLeft(until('2026-11-23T11:59:59Z'), at)).toBe(0);
    expect(daysLeft(until('2026-11-22T11:00:00Z'), at)).toBeUndefined();
    expect(daysLeft(until('2026-11-23T12:00:00Z', '2026-11-01T00:00:00Z'), at)).toBeUndefined();
  });
});
