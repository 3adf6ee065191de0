import type { CaseSummary } from '../wire';

/** How long a silence lasts, in milliseconds. */
export const SILENCE_MS = 30_000;

/**
 * Whether a case rings for this operator now. Nobody has it: it rings for everybody. Somebody has it and a new tap
 * came: it rings for them, and from `rings_all_at` on for everybody. `now` is the server's time in milliseconds.
 */
export function rings(one: CaseSummary, me: string, now: number): boolean {
  if (!one.ringing) return false;
  if (one.owner == null || one.owner.id === me || one.rings_all_at == null) return true;
  return now >= Date.parse(one.rings_all_at);
}

/** A silence an operator asked for: it covers the taps that rang then, and the lost link, until its time is over. */
export interface Silence {
  /** When it ends, server's time in milliseconds. */
  until: number;
  /** The taps it covers. A tap that comes later sounds at once. */
  taps: ReadonlySet<string>;
}

/** Silences the taps that ring now. */
export function silence(ringing: readonly string[], now: number): Silence {
  return { until: now + SILENCE_MS, taps: new Set(ringing) };
}

/** Whether the alarm must sound: a tap rings that no running silence covers. */
export function alarmSounds(ringing: readonly string[], quiet: Silence | undefined, now: number): boolean {
  return ringing.some((tap) => !isRunning(quiet, now) || !quiet.taps.has(tap));
}

/** Whether a silence still runs. */
export function isRunning(quiet: Silence | undefined, now: number): quiet is Silence {
  return quiet !== undefined && now < quiet.until;
}

/** How long until an owned case that rings for its owner alone rings for this operator too; none when never. */
export function nextRingAt(cases: readonly CaseSummary[], me: string, now: number): number | undefined {
  const moments = cases
    .filter((one) => one.ringing && !rings(one, me, now))
    .map(({ rings_all_at }) => Date.parse(rings_all_at ?? ''))
    .filter((at) => !Number.isNaN(at));
  return moments.length === 0 ? undefined : Math.min(...moments);
}
