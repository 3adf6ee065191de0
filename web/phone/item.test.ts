import { describe, expect, it } from 'vitest';
import { colleague, OWN } from './about';
import { pauseAfter } from './backoff';
import { ageOf, keptItem, makeTap } from './item';
import { uuid7 } from './uuid7';

const device = { monotonic: () => 5_000, wall: () => Date.UTC(2026, 10, 21, 22, 40), page: 'one', random: () => new Uint8Array(16) };

describe('a tap', () => {
  it('has the time, version and variant bits of a UUIDv7', () => {
    const key = uuid7(0x0123456789ab, new Uint8Array(16).fill(0xff));
    expect(key).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
  });

  it('gets a key whatever the wall clock says', () => {
    expect(uuid7(-5, new Uint8Array(16))).toMatch(/^00000000-0000-7000-8000-/);
    expect(uuid7(Number.MAX_SAFE_INTEGER, new Uint8Array(16))).toMatch(/^ffffffff-ffff-7000-8000-/);
    const odd = makeTap({ ...device, wall: () => 9e15 }, OWN, {});
    expect(odd.body).toBe('{}');
  });

  it('carries what is at hand and leaves out what is not', () => {
    expect(JSON.parse(makeTap(device, OWN, {}).body)).toEqual({ tapped_at: '2026-11-21T22:40:00.000Z' });
    expect(JSON.parse(makeTap(device, colleague(' '), {}).body)).toEqual({ colleague: {}, tapped_at: '2026-11-21T22:40:00.000Z' });
    const full = makeTap(device, colleague('Amina Yusuf'), { battery: { percent: 34 }, network: '4g', position: { lat: 2, lon: 45 } });
    expect(JSON.parse(full.body)).toMatchObject({
      colleague: { name: 'Amina Yusuf' },
      battery: { percent: 34 },
      network: '4g',
      position: { lat: 2, lon: 45 },
    });
  });
});

describe('a kept item', () => {
  const old = (about: unknown, body: string) => ({ key: 'k1', kind: 'not_okay', body, made: { monotonic: 0, page: 'old', wall: 0 }, tap: 'k1', about });

  it('of an earlier version is about the same person, with its key and body untouched', () => {
    const own = old('', '{"network":"4g"}');
    expect(keptItem(own)).toEqual({ ...own, about: OWN });
    const named = old('Amina Yusuf', '{"colleague":{"name":"Amina Yusuf"}}');
    expect(keptItem(named)).toEqual({ ...named, about: colleague('Amina Yusuf') });
  });

  it('of this version is the same after it was kept', () => {
    for (const about of [OWN, colleague(''), colleague('Amina Yusuf')]) {
      const tap = makeTap(device, about, {});
      expect(keptItem(JSON.parse(JSON.stringify(tap)))).toEqual(tap);
    }
  });

  it('goes out as the owner’s when whom it is about cannot be read, and is no item without a key or a body', () => {
    expect(keptItem(old({ kind: 'from the future' }, '{}'))?.about).toEqual(OWN);
    expect(keptItem(old(null, '{}'))?.about).toEqual(OWN);
    expect(keptItem({ key: 'k1' })).toBeUndefined();
    expect(keptItem(undefined)).toBeUndefined();
  });
});

describe('the age of a tap', () => {
  const made = { monotonic: 1_000, wall: 100_000, page: 'one' };

  it('is monotonic within a page, even when the wall clock is set back', () => {
    expect(ageOf(made, { monotonic: () => 4_000, wall: () => 5, page: 'one' })).toBe(3_000);
  });

  it('counts the time a phone slept, which the monotonic clock misses', () => {
    expect(ageOf(made, { monotonic: () => 4_000, wall: () => 700_000, page: 'one' })).toBe(600_000);
  });

  it('is not fooled by a wall clock that jumps years ahead', () => {
    expect(ageOf(made, { monotonic: () => 4_000, wall: () => 3e11, page: 'one' })).toBe(3_000);
  });

  it('falls back to the wall clock after a reload, and is never negative', () => {
    expect(ageOf(made, { monotonic: () => 10, wall: () => 160_000, page: 'two' })).toBe(60_000);
    expect(ageOf(made, { monotonic: () => 10, wall: () => 10, page: 'two' })).toBe(0);
  });
});

describe('the pause between tries', () => {
  it('is 1 s doubling to 30 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 500].map(pauseAfter)).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 3e4, 3e4, 3e4]);
  });
});

