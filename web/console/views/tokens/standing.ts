import type { Wire } from '../../../api/types';

type Token = Pick<Wire['ServiceToken'], 'ended_at' | 'expires_at'>;

const DAY_MS = 86_400_000;

/** From so many days before a token runs out the page says so. */
const SOON = 14;

/** How a token stands at a moment. */
export function standing({ ended_at, expires_at }: Token, at: number): 'ended' | 'over' | 'works' {
  if (ended_at != null) return 'ended';
  return Date.parse(expires_at) <= at ? 'over' : 'works';
}

/** Whole days that a token still works, where that is not long any more. */
export function daysLeft(token: Token, at: number): number | undefined {
  if (standing(token, at) !== 'works') return undefined;
  const days = Math.floor((Date.parse(token.expires_at) - at) / DAY_MS);
  return days <= SOON ? days : undefined;
}
