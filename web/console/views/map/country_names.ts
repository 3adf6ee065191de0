import type { Scene } from './draw';
import type { Country, Land } from './land';
import { isFree, type Box } from './names';
import { northing, type Size, type View } from './projection';

/** From this scale on one looks at a town, and knows in which country; in pixels to a degree. */
const UP_TO = 400;

/** How high a name is, and how much free ground it keeps at its sides, in pixels. */
const HIGH = 16;
const PAD = 4;

/** Rows of a country that are tried for its name. */
const ROWS = 16;

/** What the edges of the picture keep for the degrees, the buttons and the foot, in pixels. */
const EDGES = { left: 44, top: 20, right: 8, bottom: 44 } as const;
const BUTTONS = { wide: 230, high: 52 } as const;

/** A place in the plane of the map, in degrees of longitude at the equator. */
interface Flat {
  x: number;
  y: number;
}

/** A rectangle in the plane of the map. */
interface Rectangle {
  west: number;
  east: number;
  south: number;
  north: number;
}

/** A country's outline in the plane of the map, and the rectangle around it. */
export interface Outline extends Rectangle {
  code: string;
  rings: readonly (readonly Flat[])[];
}

/** A stretch of a row, from west to east. */
type Span = readonly [west: number, east: number];

const known = new WeakMap<Land, Outline[]>();

/** The outlines of every country that has a name, made once. */
function outlinesOf(land: Land): Outline[] {
  const made = known.get(land) ?? land.countries.map(outlineOf);
  known.set(land, made);
  return made;
}

/** A country's outline, flat. */
export function outlineOf({ code, rings }: Country): Outline {
  const flat = rings.map((ring) => ring.map(({ lat, lon }) => ({ x: lon, y: northing(lat) })));
  const box = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  for (const { x, y } of flat.flat()) {
    box.west = Math.min(box.west, x);
    box.east = Math.max(box.east, x);
    box.south = Math.min(box.south, y);
    box.north = Math.max(box.north, y);
  }
  return { code, rings: flat, ...box };
}

/** The names of countries in a language, as the browser knows them; none where it knows none. */
export function countryNames(language: string): (code: string) => string | undefined {
  const names = new Intl.DisplayNames([language], { type: 'region', style: 'short', fallback: 'none' });
  return (code) => names.of(code);
}

/** Writes the name of each country that has room for it in the picture, and covers none of `taken`. */
export function drawCountryNames(pen: CanvasRenderingContext2D, scene: Scene, taken: readonly Box[]): void {
  const { land, view, size, colours, nameOf, direction } = scene;
  if (!land || view.scale > UP_TO) return;
  pen.save();
  pen.font = '500 12px system-ui, sans-serif';
  pen.textBaseline = 'middle';
  pen.textAlign = 'center';
  pen.direction = direction;
  pen.lineWidth = 3;
  pen.strokeStyle = colours.surface;
  pen.fillStyle = colours.muted;
  const covered = [...taken, { left: size.width - BUTTONS.wide, top: 0, right: size.width, bottom: BUTTONS.high }];
  for (const outline of outlinesOf(land)) {
    if (!isInPicture(outline, view, size)) continue;
    const name = nameOf(outline.code);
    const box = name === undefined ? undefined : roomFor(outline, pen.measureText(name).width, view, size, covered);
    if (name === undefined || !box) continue;
    covered.push(box);
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    pen.strokeText(name, x, y);
    pen.fillText(name, x, y);
  }
  pen.restore();
}

/** The rectangle of a country that is in the picture, where names may be. */
function inPicture({ west, east, south, north }: Outline, view: View, { width, height }: Size): Rectangle {
  const middle = northing(view.lat);
  return {
    west: Math.max(west, view.lon + (EDGES.left - width / 2) / view.scale),
    east: Math.min(east, view.lon + (width / 2 - EDGES.right) / view.scale),
    south: Math.max(south, middle - (height / 2 - EDGES.bottom) / view.scale),
    north: Math.min(north, middle + (height / 2 - EDGES.top) / view.scale),
  };
}

function isInPicture(outline: Outline, view: View, size: Size): boolean {
  const { west, east, south, north } = inPicture(outline, view, size);
  return west < east && south < north;
}

/**
 * Where a name of this width fits on the country's own ground, in pixels: on the widest free row, one in the middle before
 * one at the edge. None where it fits nowhere.
 */
export function roomFor(outline: Outline, wide: number, view: View, size: Size, taken: readonly Box[]): Box | undefined {
  const { west, east, south, north } = inPicture(outline, view, size);
  const [needs, half] = [(wide + 2 * PAD) / view.scale, HIGH / 2 / view.scale];
  if (east - west < needs || north - south < 2 * half) return undefined;
  let best: { box: Box; worth: number } | undefined;
  for (let row = 0; row < ROWS; row += 1) {
    const part = (row + 0.5) / ROWS;
    const y = south + half + part * (north - south - 2 * half);
    for (const [from, to] of ground(outline, y - half, y + half)) {
      const [first, last] = [Math.max(from, west), Math.min(to, east)];
      if (last - first < needs) continue;
      const worth = (last - first) * (1 - Math.abs(part - 0.5));
      for (const [at, loss] of [[(first + last) / 2, 1], [first + needs / 2, 0.5], [last - needs / 2, 0.5]] as const) {
        if (best && best.worth >= worth * loss) continue;
        const box = boxAround({ x: at, y }, wide, view, size);
        if (isFree(box, taken)) best = { box, worth: worth * loss };
      }
    }
  }
  return best?.box;
}

/** The stretches that are the country's own at both heights, and between them. */
function ground({ rings }: Outline, low: number, high: number): Span[] {
  return common(common(spans(rings, low), spans(rings, (low + high) / 2)), spans(rings, high));
}

/** The stretches of one row that are inside of an odd number of rings. */
function spans(rings: Outline['rings'], y: number): Span[] {
  const crossings: number[] = [];
  for (const ring of rings) {
    ring.forEach((to, index) => {
      const from = ring[index - 1] ?? to;
      if (from.y > y !== to.y > y) crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x));
    });
  }
  crossings.sort((a, b) => a - b);
  const pairs: Span[] = [];
  for (let index = 0; index + 1 < crossings.length; index += 2) pairs.push([crossings[index] ?? 0, crossings[index + 1] ?? 0]);
  return pairs;
}

function common(some: readonly Span[], others: readonly Span[]): Span[] {
  return some.flatMap(([west, east]) =>
    others.flatMap(([from, to]): Span[] => {
      const span = [Math.max(west, from), Math.min(east, to)] as const;
      return span[0] < span[1] ? [span] : [];
    }),
  );
}

function boxAround({ x, y }: Flat, wide: number, view: View, { width, height }: Size): Box {
  const left = width / 2 + (x - view.lon) * view.scale - wide / 2;
  const middle = height / 2 - (y - northing(view.lat)) * view.scale;
  return { left, top: middle - HIGH / 2, right: left + wide, bottom: middle + HIGH / 2 };
}
