import type { Scene } from './draw';
import type { Mark } from './marks';
import { toPicture } from './projection';

/** What has a name on the map. */
type Named = Omit<Mark, 'kind'> & { kind: Mark['kind'] | 'zone' };

/** How large each kind of mark is, in pixels from its middle. */
export const SIZES: Record<Named['kind'], number> = { zone: 0, case: 11, office: 6, premises: 4, station: 4 };

/** Names of offices and stations appear from this scale on, in pixels to a degree. */
const NAMES_FROM = 18;

/** Something's place in the picture, in pixels. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A name with its place in the picture. */
interface Placed {
  name: string;
  box: Box;
}

/** Where a mark lies in the picture. */
export function boxOf(mark: Mark, { view, size }: Scene): Box {
  const [x, y] = toPicture(mark, view, size);
  const large = SIZES[mark.kind];
  return { left: x - large, top: y - large, right: x + large, bottom: y + large };
}

/** Names beside their marks, what matters most first: one that would cover another is left to the list. */
export function namesBeside(pen: CanvasRenderingContext2D, scene: Scene, marks: readonly Named[]): Placed[] {
  const { view, size, chosen } = scene;
  write(pen);
  const first = marks.filter(({ id }) => id === chosen);
  const placed: Placed[] = [];
  const covered: Box[] = [];
  const people = marks.filter(({ kind }) => kind === 'case');
  for (const mark of [...first, ...[...marks].reverse()]) {
    if (mark.kind !== 'case' && mark.id !== chosen && view.scale < NAMES_FROM) continue;
    const [x, y] = toPicture(mark, view, size);
    const left = x + SIZES[mark.kind] + 5;
    const name = mark.kind === 'case' ? withHidden(mark.name, hiddenBehind(mark, people, scene)) : mark.name;
    const box = { left, top: y - 8, right: left + pen.measureText(name).width, bottom: y + 8 };
    if (!isFree(box, covered)) continue;
    covered.push(box);
    placed.push({ name, box });
  }
  return placed;
}

/** How many other people's marks lie under this one. */
export function hiddenBehind(mark: Named, people: readonly Named[], { view, size }: Pick<Scene, 'view' | 'size'>): number {
  const [x, y] = toPicture(mark, view, size);
  const under = (other: Named): boolean => {
    const [left, top] = toPicture(other, view, size);
    return other.id !== mark.id && Math.hypot(left - x, top - y) < SIZES.case * 2;
  };
  return people.filter(under).length;
}

const withHidden = (name: string, others: number): string => (others === 0 ? name : `${name} +${others}`);

/** Writes the names where they were placed. */
export function drawNames(pen: CanvasRenderingContext2D, { colours }: Scene, names: readonly Placed[]): void {
  write(pen);
  for (const { name, box } of names) {
    const y = (box.top + box.bottom) / 2;
    pen.lineWidth = 3;
    pen.strokeStyle = colours.bg;
    pen.strokeText(name, box.left, y);
    pen.fillStyle = colours.text;
    pen.fillText(name, box.left, y);
  }
}

function write(pen: CanvasRenderingContext2D): void {
  pen.font = '600 12px system-ui, sans-serif';
  pen.textBaseline = 'middle';
  pen.textAlign = 'left';
}

/** Whether a box covers none of the others. */
export function isFree(box: Box, others: readonly Box[]): boolean {
  return !others.some(
    (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
  );
}
