import { signal } from '@preact/signals';
import type { Provisional } from './wire';

/** The alarms that servers hold while the database is away, and how many more there are. */
export const provisional = signal<{ taps: readonly Provisional[]; more: number }>({ taps: [], more: 0 });

/** How many noted alarms are remembered. */
const NOTED_MAX = 1_000;

/** Those that somebody at this console has noted on paper: they ring here no more, also when the feed comes and goes. */
export const noted = signal<ReadonlySet<string>>(new Set());

/** Takes what a server says is held now: all of it. */
export function takeProvisional(taps: readonly Provisional[], more: number): void {
  provisional.value = { taps, more };
}

/** Somebody noted it on paper. */
export function noteOnPaper(id: string): void {
  noted.value = new Set([...[...noted.peek()].slice(1 - NOTED_MAX), id]);
}

/** What rings: held, and noted by nobody at this console. */
export function unnotedNow(): string[] {
  return provisional.peek().taps.flatMap(({ id }) => (noted.peek().has(id) ? [] : [id]));
}
