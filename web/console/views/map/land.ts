import type { Ground } from './projection';

/** Land and borders, in degrees. */
export interface Land {
  /** Pieces of land, each a closed ring. */
  rings: readonly (readonly Ground[])[];
  /** Coasts and borders, each drawn once. */
  lines: readonly (readonly Ground[])[];
}

/** Steps to a degree in the file. */
const UNITS = 100;

/** Reads the world's file: arcs as steps, rings as arcs, `~n` the arc n backwards. */
export function readLand(text: string): Land {
  const { arcs, rings } = JSON.parse(text) as { arcs: number[][]; rings: number[][] };
  const lines = arcs.map(pointsOf);
  const ringOf = (ring: readonly number[]): Ground[] =>
    ring.flatMap((index) => (index < 0 ? [...(lines[~index] ?? [])].reverse() : (lines[index] ?? [])));
  return { lines, rings: rings.map(ringOf) };
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
