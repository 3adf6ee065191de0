import type { Owner } from '../wire';

/** A claim opens again after this long without an action of its owner, in milliseconds. */
export const IDLE_MS = 3 * 60_000;

/** Milliseconds until a claim opens again; never negative, and never more than there can be, however late this page's time is. */
export function idleLeft(owner: Owner, now: number): number {
  return Math.min(IDLE_MS, Math.max(0, Date.parse(owner.acted_at) + IDLE_MS - now));
}
