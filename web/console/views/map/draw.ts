import type { Wire } from '../../../api/types';
import { drawCountryNames } from './country_names';
import { drawGrid } from './grid';
import type { Land } from './land';
import { marksOf, outlinePoints, type Mark } from './marks';
import { boxOf, drawNames, namesBeside, SIZES } from './names';
import { toPicture, type Ground, type Size, type View } from './projection';

/** The colours of the theme on the screen. */
export type Colours = Record<'bg' | 'surface' | 'text' | 'muted' | 'line' | 'lineSoft' | 'p1' | 'p1Text' | 'p4' | 'p4Soft' | 'safe', string>;

/** Reads the colours of the theme on the screen. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    bg: read('--bg'),
    surface: read('--surface'),
    text: read('--text'),
    muted: read('--muted'),
    line: read('--line'),
    lineSoft: read('--line-soft'),
    p1: read('--p1'),
    p1Text: read('--p1-text'),
    p4: read('--p4-line'),
    p4Soft: read('--p4-soft'),
    safe: read('--safe'),
  };
}

/** What is drawn. */
export interface Scene {
  land: Land | undefined;
  map: Wire['Map'] | undefined;
  view: View;
  size: Size;
  /** What the list points at. */
  chosen: string | undefined;
  colours: Colours;
  /** The name of the country of two letters, in the language on the screen; none for one without. */
  nameOf: (code: string) => string | undefined;
  /** How that language reads. */
  direction: 'ltr' | 'rtl';
}

/** Draws everything: land and borders, outlines of zones, names of countries, places, people in open cases on top. */
export function draw(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { size, colours } = scene;
  pen.fillStyle = colours.bg;
  pen.fillRect(0, 0, size.width, size.height);
  drawLand(pen, scene);
  drawGrid(pen, scene.view, size, { line: colours.lineSoft, words: colours.muted });
  const { zones = [], cases = [] } = scene.map ?? {};
  for (const zone of zones) drawZone(pen, scene, outlinePoints(zone.boundary), zone.id === scene.chosen);
  const marks = scene.map ? marksOf(scene.map) : [];
  const middles = zones.map(({ id, name, at }) => ({ id, kind: 'zone' as const, name, lat: at.lat, lon: at.lon }));
  const names = namesBeside(pen, scene, [...middles, ...marks]);
  // Where somebody or something is goes before the name of the country: that one finds room elsewhere.
  drawCountryNames(pen, scene, [...marks.map((mark) => boxOf(mark, scene)), ...names.map(({ box }) => box)]);
  for (const one of cases) drawAccuracy(pen, scene, one);
  for (const mark of marks) drawMark(pen, scene, mark);
  drawNames(pen, scene, names);
}

function trace(pen: CanvasRenderingContext2D, points: readonly Ground[], { view, size }: Scene): void {
  points.forEach((point, index) => {
    const [x, y] = toPicture(point, view, size);
    if (index === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  });
}

function drawLand(pen: CanvasRenderingContext2D, scene: Scene): void {
  const { land, colours } = scene;
  if (!land) return;
  pen.beginPath();
  for (const ring of land.rings) trace(pen, ring, scene);
  pen.fillStyle = colours.surface;
  pen.fill('evenodd');
  pen.strokeStyle = colours.line;
  pen.lineWidth = 0.75;
  pen.stroke();
  // Borders are thin and grey: they endorse nothing.
  pen.beginPath();
  for (const line of land.lines) trace(pen, line, scene);
  pen.strokeStyle = colours.lineSoft;
  pen.lineWidth = 1;
  pen.stroke();
}

function drawZone(pen: CanvasRenderingContext2D, scene: Scene, points: readonly Ground[], chosen: boolean): void {
  const { colours } = scene;
  pen.beginPath();
  trace(pen, points, scene);
  pen.closePath();
  pen.fillStyle = colours.p4Soft;
  pen.globalAlpha = 0.6;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = colours.p4;
  pen.lineWidth = chosen ? 4 : 1.5;
  pen.setLineDash([6, 4]);
  pen.stroke();
  pen.setLineDash([]);
}

/** The circle within which somebody probably is, where it is larger than their mark. */
function drawAccuracy(pen: CanvasRenderingContext2D, scene: Scene, { at, accuracy_m }: Wire['CaseOnMap']): void {
  const metresToDegree = 111_320 * Math.max(0.05, Math.cos((at.lat * Math.PI) / 180));
  const radius = ((accuracy_m ?? 0) / metresToDegree) * scene.view.scale;
  if (radius < 12) return;
  const [x, y] = toPicture(at, scene.view, scene.size);
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = scene.colours.p1;
  pen.globalAlpha = 0.15;
  pen.fill();
  pen.globalAlpha = 1;
}

function drawMark(pen: CanvasRenderingContext2D, scene: Scene, mark: Mark): void {
  const [x, y] = toPicture(mark, scene.view, scene.size);
  const { colours, chosen } = scene;
  const large = SIZES[mark.kind];
  pen.beginPath();
  if (mark.kind === 'case') polygon(pen, x, y, large, 8);
  else if (mark.kind === 'office') pen.rect(x - large, y - large, 2 * large, 2 * large);
  else if (mark.kind === 'premises') polygon(pen, x, y, large + 1, 3);
  else pen.arc(x, y, large, 0, 2 * Math.PI);
  pen.fillStyle = mark.kind === 'case' ? colours.p1 : mark.kind === 'office' ? colours.text : colours.muted;
  pen.fill();
  pen.strokeStyle = mark.kind === 'case' ? colours.text : colours.surface;
  pen.lineWidth = mark.id === chosen ? 4 : 1.5;
  if (mark.id === chosen) pen.strokeStyle = colours.p4;
  pen.stroke();
}

/** A regular polygon with a flat top for eight corners, a point on top for three. */
function polygon(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, corners: number): void {
  const turn = corners === 8 ? Math.PI / 8 : -Math.PI / 2;
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = turn + (corner * 2 * Math.PI) / corners;
    pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  pen.closePath();
}
