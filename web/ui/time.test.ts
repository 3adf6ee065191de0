import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock';
import { ageWords, coordinates, countdown, localStamp, localTime, remaining, utcStamp, utcTime } from './time';

const AT = '2026-11-21T22:40:07.512Z';

describe('stamps', () => {
  it('are in UTC and end with Z', () => {
    expect(utcStamp(AT)).toBe('21 Nov 22:40Z');
    expect(utcTime(AT)).toBe('22:40:07Z');
  });

  it('name the zone when they are local, and the day when it is another one', () => {
    expect(localStamp(AT, 'Africa/Mogadishu')).toBe('22 Nov 01:40 Africa/Mogadishu');
    expect(localStamp(AT, 'America/New_York')).toBe('17:40 America/New_York');
    expect(localTime(AT, 'Asia/Kathmandu')).toBe('04:25');
  });

  it('have no local form for a zone nobody knows', () => {
    expect(localStamp(AT, 'Nowhere/Land')).toBeUndefined();
    expect(localTime(AT, 'Nowhere/Land')).toBeUndefined();
  });
});

describe('ages', () => {
  it('use one unit, rounded down', () => {
    expect(ageWords(42_900, 'en')).toBe('42 sec');
    expect(ageWords(4 * 60_000 + 59_000, 'en')).toBe('4 min');
    expect(ageWords(3 * 3_600_000, 'en')).toBe('3 hr');
    expect(ageWords(49 * 3_600_000, 'en')).toBe('2 days');
  });

  it('are never negative', () => {
    expect(ageWords(-5_000, 'en')).toBe('0 sec');
  });

  it('follow the language', () => {
    expect(ageWords(4 * 60_000, 'ar')).not.toBe(ageWords(4 * 60_000, 'en'));
  });
});

describe('countdowns', () => {
  it('round up, so that 0:00 means over', () => {
    expect(countdown(179_001)).toBe('3:00');
    expect(countdown(1)).toBe('0:01');
    expect(countdown(0)).toBe('0:00');
    expect(countdown(-50)).toBe('0:00');
  });
});

describe('what is left of a long time', () => {
  const MINUTE = 60_000;
  const left = (ms: number): string => remaining(ms, { day: 'd', hour: 'h', minute: 'min' }, String);

  it('is in days and hours from a day on, in hours and minutes from an hour on', () => {
    expect(left(1_440 * MINUTE)).toBe('1 d 0 h');
    expect(left(1_440 * MINUTE - 1)).toBe('1 d 0 h');
    expect(left(1_440 * MINUTE - 1_000)).toBe('23 h 59 min');
    expect(left(50 * 60 * MINUTE)).toBe('2 d 2 h');
    expect(left(60 * MINUTE)).toBe('1 h 0 min');
  });

  it('counts down by seconds in the last hour', () => {
    expect(left(60 * MINUTE - 1_000)).toBe('59:59');
    expect(left(1)).toBe('0:01');
    expect(left(-1)).toBe('0:00');
  });
});

describe('coordinates', () => {
  it('have five decimals, latitude first', () => {
    expect(coordinates(2.046934, -45.3)).toBe('2.04693, -45.30000');
  });
});

describe('the server clock', () => {
  it('runs by the server stamp and the monotonic clock, whatever the wall clock of this device says', () => {
    let monotonic = 5_000;
    const clock = new ServerClock(() => monotonic);
    expect(clock.known).toBe(false);
    clock.set(AT);
    monotonic += 61_000;
    expect(clock.known).toBe(true);
    expect(clock.now() - Date.parse(AT)).toBe(61_000);
  });

  it('ignores a stamp it cannot read', () => {
    const clock = new ServerClock(() => 0);
    clock.set('soon');
    expect(clock.known).toBe(false);
  });
});
