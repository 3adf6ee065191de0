/** A grant that was made just now begins, by a clock that ticks once a second, a moment later: so much is now, in ms. */
const JUST_NOW_MS = 5_000;

/** Whether a grant has not begun at a moment. */
export function isToCome(from: string, at: number): boolean {
  return Date.parse(from) - at > JUST_NOW_MS;
}
