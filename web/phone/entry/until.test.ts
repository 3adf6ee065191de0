import { afterEach, describe, expect, it, vi } from 'vitest';
import { bothTimes, dayIn, endOf, endRefused } from './until';

const NOON = new Date(2026, 10, 21, 12, 0, 0).getTime();

describe('the last day', () => {
  it('is counted from today where the phone is, over the end of a month and a year', () => {
    expect([0, 3, 14, 41].map((days) => dayIn(days, NOON))).toEqual(['2026-11-21', '2026-11-24', '2026-12-05', '2027-01-01']);
  });

  it('ends with its last second where the phone is', () => {
    expect(endOf('2026-11-21')).toBe(new Date(2026, 10, 21, 23, 59, 59).getTime());
  });

  it('is none for what is no day', () => {
    for (const day of ['', '21.11.2026', '2026-02-30', '2026-13-01', '2026-11-21T10:00']) expect([day, endOf(day)]).toEqual([day, undefined]);
  });

  it('is refused when nobody chose one, when it is over, and more than a year ahead', () => {
    expect(endRefused('', NOON)).toBe('missing');
    expect(endRefused('2026-11-20', NOON)).toBe('over');
    expect(endRefused('2026-11-21', NOON)).toBeUndefined();
    expect(endRefused(dayIn(365, NOON), NOON)).toBeUndefined();
    expect(endRefused(dayIn(366, NOON), NOON)).toBe('far');
  });
});

describe('both times', () => {
  afterEach(() => vi.restoreAllMocks());
  const inZone = (timeZone: string): void => {
    const options = Intl.DateTimeFormat().resolvedOptions();
    vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({ ...options, timeZone });
  };

  it('are UTC, and where the phone is with its zone', () => {
    inZone('Africa/Nairobi');
    expect(bothTimes('2026-11-30T20:59:59Z')).toBe('30\u00a0Nov\u00a020:59Z (23:59 Africa/Nairobi)');
    expect(bothTimes('2026-11-30T21:59:59Z')).toBe('30\u00a0Nov\u00a021:59Z (1 Dec 00:59 Africa/Nairobi)');
  });

  it('are UTC alone where the phone keeps no other', () => {
    for (const zone of ['UTC', 'Etc/GMT', 'Not/AZone']) {
      inZone(zone);
      expect(bothTimes('2026-11-30T20:59:59Z')).toBe('30\u00a0Nov\u00a020:59Z');
    }
  });
});
