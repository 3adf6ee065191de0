import type { Ground } from './projection';

/** Land and borders, in degrees. */
export interface Land {
  /** Pieces of land, each a closed ring. */
  rings: readonly (readonly Ground[])[];
  /** Coasts and borders, each drawn once. */
  lines: readonly (readonly Ground[])[];
  /** What has a name; the pieces of land of each, none of them drawn twice. */
  countries: readonly Country[];
}

/** A country: its two letters and its pieces of land. */
export interface Country {
  code: string;
  rings: readonly (readonly Ground[])[];
}

/** Steps to a degree in the file. */
const UNITS = 100;

/** The world's file: arcs as steps, rings as arcs, `~n` the arc n backwards, countries as letters and their count of rings. */
interface WorldFile {
  arcs: number[][];
  rings: number[][];
  countries: (string | number)[];
}

/** Reads the world's file. */
export function readLand(text: string): Land {
  const { arcs, rings, countries } = JSON.parse(text) as WorldFile;
  const points = arcs.map(pointsOf);
  const ringOf = (ring: readonly number[]): Ground[] =>
    ring.flatMap((index) => (index < 0 ? [...(points[~index] ?? [])].reverse() : (points[index] ?? [])));
  const pieces = rings.map(ringOf).map(unrolled).map(aroundPole);
  return {
    lines: points.map(unrolled).flatMap(onBothSides),
    rings: pieces.flatMap(onBothSides),
    countries: countriesOf(countries, pieces),
  };
}

function countriesOf(listed: readonly (string | number)[], pieces: readonly Ground[][]): Country[] {
  const countries: Country[] = [];
  let first = 0;
  for (let index = 0; index + 1 < listed.length; index += 2) {
    const [code, count] = [String(listed[index]), Number(listed[index + 1])];
    if (code !== '') countries.push({ code, rings: pieces.slice(first, first + count) });
    first += count;
  }
  return countries;
}

/** The same points without a leap over the antimeridian: they run on past 180 or -180. */
function unrolled(points: readonly Ground[]): Ground[] {
  let turn = 0;
  return points.map(({ lat, lon }, index) => {
    const before = points[index - 1]?.lon ?? lon;
    if (lon - before > 180) turn -= 360;
    else if (before - lon > 180) turn += 360;
    return { lat, lon: lon + turn };
  });
}

/** Land around a pole ends a whole turn from where it began: it closes over the pole. */
function aroundPole(ring: Ground[]): Ground[] {
  const [first, last] = [ring[0], ring.at(-1)];
  if (!first || !last || Math.abs(first.lon - last.lon) < 180) return ring;
  const pole = first.lat < 0 ? -90 : 90;
  return [...ring, { lat: pole, lon: last.lon }, { lat: pole, lon: first.lon }, first];
}

/** What runs past the antimeridian is drawn on the other side too. */
function onBothSides(points: Ground[]): Ground[][] {
  const shifted = (by: number): Ground[] => points.map(({ lat, lon }) => ({ lat, lon: lon + by }));
  return [
    points,
    ...(points.some(({ lon }) => lon > 180) ? [shifted(-360)] : []),
    ...(points.some(({ lon }) => lon < -180) ? [shifted(360)] : []),
  ];
}

function pointsOf(steps: readonly number[]): Ground[] {
  const points: Ground[] = [];
  let [lon, lat] = [0, 0];
  for (let index = 0; index + 1 < steps.length; index += 2) {
    lon += steps[index] ?? 0;
    lat += steps[index + 1] ?? 0;
    points.push({ lon: lon / UNITS, lat: lat / UNITS });
  }
  return points;
}

/** Fetches the world once. */
export async function loadLand(): Promise<Land> {
  const { WORLD } = await import('./world');
  return readLand(WORLD);
}
