import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../ui/i18n';
import { countryNames, outlineOf, roomFor, type Outline } from './country_names';
import { readLand } from './land';
import { isFree } from './names';
import { toGround, type View } from './projection';
import { WORLD } from './world';

const { countries } = readLand(WORLD);
const outlines = new Map(countries.map((country) => [country.code, outlineOf(country)]));
const size = { width: 1_000, height: 800 };
const WIDE = 60;

const of = (code: string): Outline => outlines.get(code) ?? outlineOf({ code, rings: [] });
const near = (lat: number, lon: number, scale: number): View => ({ lat, lon, scale });

/** Whether a point of the picture is on the country's ground. */
function isOn(code: string, x: number, y: number, view: View): boolean {
  const { lat, lon } = toGround(x, y, view, size);
  const rings = countries.find((country) => country.code === code)?.rings ?? [];
  const crossings = rings.flatMap((ring) =>
    ring.filter((from, index) => {
      const to = ring[(index + 1) % ring.length] ?? from;
      return from.lat > lat !== to.lat > lat && lon < from.lon + ((lat - from.lat) / (to.lat - from.lat)) * (to.lon - from.lon);
    }),
  );
  return crossings.length % 2 === 1;
}

describe('the names of countries', () => {
  it('are known to the browser in every language of the page, each its own', () => {
    for (const language of LANGUAGES) {
      const names = countries.map(({ code }) => countryNames(language)(code));
      expect(names).not.toContain(undefined);
      expect(new Set(names).size).toBe(countries.length);
    }
    expect(countryNames('en')('KE')).toBe('Kenya');
    expect(countryNames('ar')('KE')).toBe('كينيا');
    expect(countryNames('en')('QX')).toBeUndefined();
  });

  it('are those of the list of countries alone, each with land of its own', () => {
    expect(countries.length).toBe(173);
    for (const { code, rings } of countries) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      expect(rings.length).toBeGreaterThan(0);
    }
  });
});

describe('room for the name of a country', () => {
  it('is on its own ground, with all four corners, at every scale', () => {
    for (const [code, lat, lon] of [['KE', 0.5, 38], ['ZA', -29, 25], ['CL', -30, -71], ['IT', 43, 12.5], ['VN', 16, 107], ['NO', 62, 9]] as const) {
      let found = 0;
      for (const scale of [3, 8, 20, 40, 90, 200, 390]) {
        const view = near(lat, lon, scale);
        const box = roomFor(of(code), WIDE, view, size, []);
        if (!box) continue;
        found += 1;
        for (const x of [box.left, box.right]) for (const y of [box.top, box.bottom]) expect([code, scale, isOn(code, x, y, view)]).toEqual([code, scale, true]);
      }
      expect([code, found > 2]).toEqual([code, true]);
    }
  });

  it('is not there while the country is smaller than its name, nor when it is outside of the picture', () => {
    expect(roomFor(of('LU'), WIDE, near(49.8, 6.1, 20), size, [])).toBeUndefined();
    expect(roomFor(of('LU'), WIDE, near(49.8, 6.1, 300), size, [])).toBeDefined();
    expect(roomFor(of('KE'), WIDE, near(49.8, 6.1, 40), size, [])).toBeUndefined();
  });

  it('is in the picture when only a part of the country is', () => {
    const box = roomFor(of('KE'), WIDE, near(-3.5, 39.5, 200), size, []);
    expect(box && box.left >= 0 && box.top >= 0 && box.right <= size.width && box.bottom <= size.height).toBe(true);
  });

  it('covers nothing that is taken, and gives way to it', () => {
    const view = near(0.5, 38, 40);
    const first = roomFor(of('KE'), WIDE, view, size, []);
    const second = first && roomFor(of('KE'), WIDE, view, size, [first]);
    expect(first && second && isFree(second, [first])).toBe(true);
    expect(roomFor(of('KE'), WIDE, view, size, [{ left: 0, top: 0, ...{ right: size.width, bottom: size.height } }])).toBeUndefined();
  });

  it('leaves a hole to whoever is inside of it', () => {
    const view = near(-29.5, 28.3, 200);
    const box = roomFor(of('LS'), WIDE, view, size, []);
    expect(box && isOn('LS', (box.left + box.right) / 2, (box.top + box.bottom) / 2, view)).toBe(true);
    const around = roomFor(of('ZA'), WIDE, view, size, []);
    expect(box && around && isFree(around, [box])).toBe(true);
  });
});
