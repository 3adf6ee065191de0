/** A place on the ground, in degrees. */
export interface Ground {
  lat: number;
  lon: number;
}

/** The size of the picture, in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** What the picture shows: its middle, and how many pixels one degree of longitude takes. */
export interface View extends Ground {
  scale: number;
}

/** Beyond this latitude Mercator stretches without end. */
const EDGE = 84;
/** Pixels to a degree: the whole world on a narrow picture, and a street. */
const SCALES = { least: 0.7, most: 20_000 } as const;
/** The least that a view shows by itself, in degrees: nobody knows where a lone dot is. */
const LEAST_SPAN = 16;
const RADIANS = Math.PI / 180;

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Mercator's height of a latitude, in degrees of longitude at the equator. */
export function northing(lat: number): number {
  return Math.log(Math.tan(Math.PI / 4 + (clamp(lat, -EDGE, EDGE) * RADIANS) / 2)) / RADIANS;
}

function latitude(northing: number): number {
  return (2 * Math.atan(Math.exp(northing * RADIANS)) - Math.PI / 2) / RADIANS;
}

/** Where a place is in the picture, in pixels from its top left corner. */
export function toPicture({ lat, lon }: Ground, view: View, { width, height }: Size): [x: number, y: number] {
  return [width / 2 + (lon - view.lon) * view.scale, height / 2 - (northing(lat) - northing(view.lat)) * view.scale];
}

/** The place that is seen at a point of the picture. */
export function toGround(x: number, y: number, view: View, { width, height }: Size): Ground {
  return {
    lon: view.lon + (x - width / 2) / view.scale,
    lat: latitude(northing(view.lat) - (y - height / 2) / view.scale),
  };
}

function within({ lat, lon, scale }: View): View {
  return { lat: clamp(lat, -EDGE, EDGE), lon: clamp(lon, -180, 180), scale: clamp(scale, SCALES.least, SCALES.most) };
}

/** The view after the picture was dragged by so many pixels. */
export function panned(view: View, dx: number, dy: number, size: Size): View {
  const { width, height } = size;
  return within({ ...toGround(width / 2 - dx, height / 2 - dy, view, size), scale: view.scale });
}

/** The view after zooming; the place below the point stays below it. */
export function zoomed(view: View, factor: number, x: number, y: number, size: Size): View {
  const scale = clamp(view.scale * factor, SCALES.least, SCALES.most);
  const below = toGround(x, y, view, size);
  const [toX, toY] = toPicture(below, { ...view, scale }, size);
  return panned({ ...view, scale }, x - toX, y - toY, size);
}

/** The view that shows all of these places with room around them; the whole world when there are none. */
export function fitted(places: readonly Ground[], size: Size): View {
  const lons = places.length > 0 ? places.map(({ lon }) => lon) : [-170, 170];
  const norths = places.length > 0 ? places.map(({ lat }) => northing(lat)) : [northing(-55), northing(72)];
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...norths), Math.max(...norths)];
  // A single place is shown with its country and some of the next around it.
  const [wide, high] = [Math.max(east - west, LEAST_SPAN), Math.max(north - south, LEAST_SPAN)];
  const scale = Math.min(size.width / (wide * 1.25), size.height / (high * 1.25));
  return within({ lon: (west + east) / 2, lat: latitude((south + north) / 2), scale });
}
