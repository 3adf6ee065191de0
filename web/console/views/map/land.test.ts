import { describe, expect, it } from 'vitest';
import { readLand, type Land } from './land';
import { WORLD } from './world';

/** Whether a place is inside of an odd number of rings. */
function isLand(rings: Land['rings'], lat: number, lon: number): boolean {
  const crossings = rings.flatMap((ring) =>
    ring.filter((from, index) => {
      const to = ring[(index + 1) % ring.length] ?? from;
      const crosses = from.lat > lat !== to.lat > lat;
      return crosses && lon < from.lon + ((lat - from.lat) / (to.lat - from.lat)) * (to.lon - from.lon);
    }),
  );
  return crossings.length % 2 === 1;
}

describe('the world of the map', () => {
  it('is read from steps and shared arcs', () => {
    const { lines, rings, countries } = readLand('{"arcs":[[100,200,100,0],[200,200,-100,50]],"rings":[[0,1],[-1]],"countries":["",1,"KE",1]}');
    expect(lines[0]).toEqual([{ lon: 1, lat: 2 }, { lon: 2, lat: 2 }]);
    expect(rings[0]?.at(-1)).toEqual({ lon: 1, lat: 2.5 });
    expect(rings[1]).toEqual([{ lon: 2, lat: 2 }, { lon: 1, lat: 2 }]);
    expect(countries).toEqual([{ code: 'KE', rings: [rings[1]] }]);
  });

  it('never leaps from one edge of the picture to the other', () => {
    const { rings, lines } = readLand(WORLD);
    for (const points of [...rings, ...lines]) {
      // Over a pole the way is long: everything there is at one place.
      const leaps = points.filter(({ lat, lon }, index) => Math.abs(lat) < 89 && Math.abs(lon - (points[index - 1]?.lon ?? lon)) > 180);
      expect(leaps).toEqual([]);
    }
  });

  it('has land in every part of the world, within its bounds, and every ring closes', () => {
    const { rings } = readLand(WORLD);
    expect(rings.length).toBeGreaterThan(250);
    const points = rings.flat();
    expect(points.every(({ lat, lon }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 540)).toBe(true);
    for (const ring of rings) expect(ring.at(-1)).toEqual(ring[0]);
    const land = [[2, 38], [40, -100], [-25, 135], [50, 10], [36.5, 138], [-35, -62], [30, 70], [67, -175], [67, 175], [-85, 0], [-80, 120]] as const;
    const sea = [[0, -30], [-30, 80], [0, -150], [43, -40]] as const;
    for (const [lat, lon] of land) expect(isLand(rings, lat, lon)).toBe(true);
    for (const [lat, lon] of sea) expect(isLand(rings, lat, lon)).toBe(false);
  });
});
