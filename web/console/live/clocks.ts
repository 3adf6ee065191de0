/** The clocks of the live feed, in milliseconds. The server keeps the same ones. */
export const CLOCKS = {
  /** Amber after this long without a beat. */
  delayed: 10_000,
  /** Amber after this long without a socket. */
  cut: 1_000,
  /** Red, with its own tone, after this long without a beat. */
  lost: 15_000,
  /** A socket that is silent this long is given up. */
  silent: 20_000,
  /** `here` is sent this often: the server drops a console that is silent for 25 s. */
  here: 10_000,
  /** Redials wait a random part of this, so that a thousand consoles don't come back at once. */
  jitter: 3_000,
  /** The longest wait between two redials. */
  redialCap: 15_000,
  /** After a server that said that it stops, each redial waits at least this, and at most a second more. */
  restart: 2_000,
  /** For so long after it said so: a server that restarts is back within seconds. */
  restartOver: 30_000,
} as const;

/**
 * How much the list can be trusted: `fresh`; `connecting`, before it was ever complete; `delayed`, it may be a little
 * behind; `lost`, it may be out of date and the person must be told by every means.
 */
export type Freshness = 'fresh' | 'connecting' | 'delayed' | 'lost';

/** What freshness depends on; moments in milliseconds of a monotonic clock. */
export interface FeedMoments {
  /** When the list was last proven complete; at first, when the first dial began. */
  freshAt: number;
  /** When the feed stopped being live; none while it is. */
  lostAt: number | undefined;
  /** Whether it has ever been live. */
  everLive: boolean;
  /** Whether the server said that it stops: then the loss is certain at once. */
  stopped: boolean;
}

/** How much the list can be trusted now. */
export function freshness({ freshAt, lostAt, everLive, stopped }: FeedMoments, now: number): Freshness {
  const age = now - freshAt;
  if (age >= CLOCKS.lost) return 'lost';
  if (age >= CLOCKS.delayed) return 'delayed';
  if (!everLive) return 'connecting';
  return lostAt !== undefined && (stopped || now - lostAt >= CLOCKS.cut) ? 'delayed' : 'fresh';
}

/** How long to wait before dial number `attempt` since the feed was last good (1 is the first). */
export function redialDelay(attempt: number, random: () => number): number {
  const growing = attempt <= 1 ? 0 : 1_000 * 2 ** Math.min(attempt - 2, 4);
  return Math.min(CLOCKS.redialCap, growing + random() * CLOCKS.jitter);
}

/** How long to wait before each dial to a server that restarts: 2 to 3 s. */
export function restartDelay(random: () => number): number {
  return CLOCKS.restart + random() * 1_000;
}
