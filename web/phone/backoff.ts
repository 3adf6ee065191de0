/** The pause before the next try after `attempts` failed ones, in milliseconds: 1 s doubling to 30 s, without end. */
export function pauseAfter(attempts: number): number {
  return Math.min(30_000, 1_000 * 2 ** Math.min(Math.max(0, attempts - 1), 5));
}
