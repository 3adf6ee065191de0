import { describe, expect, it } from 'vitest';
import { devices as arDevices } from '../devices/ar_devices';
import { devices as enDevices } from '../devices/en_devices';
import { places as arPlaces } from '../places/ar_places';
import { places as enPlaces } from '../places/en_places';
import { reach as arReach } from './ar_reach';
import { reach as enReach } from './en_reach';
import { percent, totals } from './totals';

describe('who is reachable', () => {
  it('adds up the offices', () => {
    const kenya = { people: 10, reachable: 6, proven: 4, with_number: 8, enrolled: 5, nothing: 1 };
    const chad = { people: 3, reachable: 0, proven: 0, with_number: 1, enrolled: 0, nothing: 2 };
    expect(totals([kenya, chad])).toEqual({ people: 13, reachable: 6, proven: 4, with_number: 9, enrolled: 5, nothing: 3 });
    expect(totals([]).people).toBe(0);
  });

  it('says everybody only when it is everybody, and nobody only when it is nobody', () => {
    expect(percent(9_999, 10_000)).toBe(99);
    expect(percent(10_000, 10_000)).toBe(100);
    expect(percent(1, 10_000)).toBe(1);
    expect(percent(0, 10_000)).toBe(0);
    expect(percent(1, 3)).toBe(33);
  });

  it('has no share of nobody', () => {
    expect(percent(0, 0)).toBeUndefined();
  });

  it('means one thing on every page: an enrolled phone or a proven number', () => {
    expect(enReach.lead).toMatch(/reachable.*enrolled phone.*proven/is);
    expect(enPlaces.notReachable).toMatch(/no phone, no proven number/);
    expect(enReach.unreachable('3', '9')).toMatch(/no enrolled phone.*no proven number/);
    // Who has no number at all, or no code either, is called so, and not by this word.
    for (const word of [enReach.nothing, enDevices.progress.nothing]) expect(word).not.toMatch(/reach/i);
    const reachable = /الوصول/;
    expect([arReach.lead, arPlaces.notReachable, arReach.unreachable('3', '9')].every((one) => reachable.test(one))).toBe(true);
    for (const word of [arReach.nothing, arDevices.progress.nothing]) expect(word).not.toMatch(reachable);
  });
});
