/** The height of a row of the queue in CSS pixels; the style sheet gives rows the same. */
export const ROW_HEIGHT = 92;
/** Rows drawn beyond each edge, so that a quick scroll shows no gap. */
const MARGIN = 4;

/** Which rows of a long list are drawn, and which of them are in view. */
export interface RowWindow {
  /** Indices to draw, in ascending order; the highlighted row is always among them. */
  drawn: number[];
  /** First and one past the last index that is in view. */
  inView: [number, number];
}

/** The window of a list of `count` rows, scrolled by `top`, `height` high, with `active` highlighted (-1: none). */
export function rowWindow(count: number, top: number, height: number, active: number): RowWindow {
  const clamp = (index: number): number => Math.min(count, Math.max(0, index));
  const first = clamp(Math.floor(top / ROW_HEIGHT));
  const last = clamp(Math.ceil((top + height) / ROW_HEIGHT));
  const from = clamp(first - MARGIN);
  const to = clamp(last + MARGIN);
  const drawn = Array.from({ length: to - from }, (_, index) => from + index);
  if (active >= 0 && active < count && (active < from || active >= to)) drawn.push(active);
  return { drawn: drawn.sort((a, b) => a - b), inView: [first, last] };
}

/** Where to scroll so that a row is in view; `top` itself when it is already. */
export function scrollTo(index: number, top: number, height: number): number {
  const start = index * ROW_HEIGHT;
  if (start < top) return start;
  return start + ROW_HEIGHT > top + height ? start + ROW_HEIGHT - height : top;
}
