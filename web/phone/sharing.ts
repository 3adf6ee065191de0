import type { Wire } from '../api/types';
import type { Fix } from '../ui/platform';
import type { Device } from './device';

/** A position is sent this often at first, in milliseconds... */
export const OFTEN_MS = 15_000;
/** ...for this long, in milliseconds... */
export const OFTEN_FOR_MS = 30 * 60_000;
/** ...and this often afterwards, in milliseconds. */
export const SELDOM_MS = 2 * 60_000;

/** A fix older than this when it is used counts as kept from earlier, in milliseconds. */
const CACHED_MS = 60_000;

/** A fix as it travels. The browser does not say whether satellites or cells gave it. */
export function positionOf(fix: Fix, wall: number): Wire['Position'] {
  const age = Math.max(0, Math.round(wall - fix.takenAt));
  const round = (value: number): number => Math.round(value * 1e6) / 1e6;
  return {
    lat: round(fix.lat),
    lon: round(fix.lon),
    ...(Number.isFinite(fix.accuracyM) && fix.accuracyM >= 0 ? { accuracy_m: Math.round(fix.accuracyM * 10) / 10 } : {}),
    ...(Number.isFinite(age) ? { age_ms: age } : {}),
    source: age > CACHED_MS ? 'cached' : 'unknown',
  };
}

/** What sharing needs from outside. */
export interface SharingParts {
  device: Pick<Device, 'monotonic' | 'after'>;
  /** The newest fix. */
  newest: () => Fix | undefined;
  send: (fix: Fix) => void;
}

/** Sends the newest fix from time to time while a case is open and the page is, each fix once. */
export class Sharing {
  private since: number | undefined;
  private sent: number | undefined;
  private disarm: () => void = () => undefined;

  constructor(private readonly parts: SharingParts) {}

  get on(): boolean {
    return this.since !== undefined;
  }

  /** Starts, or starts the frequent time anew after a further tap. */
  start(): void {
    this.since = this.parts.device.monotonic();
    this.step();
  }

  stop(): void {
    this.since = undefined;
    this.disarm();
  }

  /** A fix has arrived: the first one goes at once. */
  arrived(): void {
    if (this.on && this.sent === undefined) this.step();
  }

  /** A fix went by another way, with the tap itself: it is not sent again. */
  went(fix: Fix): void {
    this.sent = fix.takenAt;
  }

  private step(): void {
    const { since } = this;
    if (since === undefined) return;
    this.disarm();
    const fix = this.parts.newest();
    if (fix && fix.takenAt !== this.sent) {
      this.sent = fix.takenAt;
      this.parts.send(fix);
    }
    const pause = this.parts.device.monotonic() - since < OFTEN_FOR_MS ? OFTEN_MS : SELDOM_MS;
    this.disarm = this.parts.device.after(pause, () => this.step());
  }
}
