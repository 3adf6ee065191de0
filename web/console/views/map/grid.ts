import { toGround, toPicture, type Size, type View } from './projection';

/** How far lines may be apart, in degrees, and how near each other they may come, in pixels. */
const STEPS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30];
const NEAREST = 110;

/** How far apart the lines of a grid are at a scale, in degrees. */
export function gridStep(scale: number): number {
  return STEPS.find((step) => step * scale >= NEAREST) ?? 30;
}

/** Degrees with their side, as on paper maps. */
export function degrees(value: number, step: number, sides: readonly [string, string]): string {
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? '0°' : `${text}°${value > 0 ? sides[0] : sides[1]}`;
}

/** Thin lines of latitude and longitude with their degrees: where there is no land, one still sees where one is. */
export function drawGrid(pen: CanvasRenderingContext2D, view: View, size: Size, colours: { line: string; words: string }): void {
  const step = gridStep(view.scale);
  const [first, last] = [toGround(0, size.height, view, size), toGround(size.width, 0, view, size)];
  pen.strokeStyle = colours.line;
  pen.fillStyle = colours.words;
  pen.lineWidth = 0.5;
  pen.font = '11px system-ui, sans-serif';
  pen.textAlign = 'left';
  pen.textBaseline = 'top';
  pen.beginPath();
  for (let at = Math.ceil(first.lon / step); at * step <= last.lon; at += 1) {
    const [x] = toPicture({ lat: view.lat, lon: at * step }, view, size);
    pen.moveTo(x, 0);
    pen.lineTo(x, size.height);
    if (Math.abs(at * step) <= 180) pen.fillText(degrees(at * step, step, ['E', 'W']), x + 3, 3);
  }
  for (let at = Math.ceil(first.lat / step); at * step <= last.lat; at += 1) {
    const [, y] = toPicture({ lat: at * step, lon: view.lon }, view, size);
    pen.moveTo(0, y);
    pen.lineTo(size.width, y);
    pen.fillText(degrees(at * step, step, ['N', 'S']), 3, y + 3);
  }
  pen.stroke();
}
