import { isOpen, isTaken, type HeldCase } from './cases';
import { ageOf } from './item';
import type { Device } from './device';
import type { Waiting } from './outbox';

/**
 * How far an alarm got. Each is claimed only on proof: `stored` and later on the server's answer, `taken` on a claim by a
 * named person. With several taps the least advanced one speaks, so that the word is never better than the truth.
 */
export type Stage = 'sending' | 'queued' | 'stored' | 'on_console' | 'taken' | 'closed';

/** An alarm on this phone: one case, or taps that have no case yet. */
export interface Alarm {
  /** Stable name of this alarm on the screen. */
  readonly id: string;
  /** Empty for the phone's owner, else the colleague's name. */
  readonly about: string;
  /** Taps that the server has not stored, oldest first. */
  readonly unsent: readonly Waiting[];
  readonly held: HeldCase | undefined;
}

/** After this without the server's answer, a tap is NOT CONFIRMED, in milliseconds. */
export const NOT_CONFIRMED_MS = 10_000;
/** After this without a claim, nobody has answered, in milliseconds. */
export const UNANSWERED_MS = 60_000;

/** Sorts taps and cases into alarms: those with unsent taps first, then open ones, then closed ones, newest first. */
export function alarmsOf(waiting: readonly Waiting[], cases: readonly HeldCase[]): Alarm[] {
  const taps = waiting.filter(({ item }) => item.kind === 'not_okay');
  const open = cases.filter((held) => isOpen(held.case));
  const homeOf = (about: string): HeldCase | undefined => open.find((held) => (held.case.colleague ?? '') === about);
  const alarms: Alarm[] = cases.map((held) => {
    const about = held.case.colleague ?? '';
    return { id: held.case.id, about, held, unsent: homeOf(about) === held ? taps.filter(({ item }) => item.about === about) : [] };
  });
  const homeless = new Map<string, Waiting[]>();
  for (const tap of taps) {
    if (homeOf(tap.item.about)) continue;
    homeless.set(tap.item.about, [...(homeless.get(tap.item.about) ?? []), tap]);
  }
  for (const [about, unsent] of homeless) {
    alarms.unshift({ id: unsent[0]?.item.key ?? about, about, unsent, held: undefined });
  }
  const rank = (alarm: Alarm): number => (alarm.unsent.length > 0 ? 0 : alarm.held && isOpen(alarm.held.case) ? 1 : 2);
  return alarms.sort((a, b) => rank(a) - rank(b));
}

/** The stage of an alarm's least advanced tap. */
export function stageOf(alarm: Alarm): Stage {
  if (alarm.unsent.some(({ failure }) => failure !== undefined)) return 'queued';
  if (alarm.unsent.length > 0 || !alarm.held) return 'sending';
  const { case: now } = alarm.held;
  if (!isOpen(now)) return 'closed';
  if (isTaken(now)) return 'taken';
  return now.reached === 'on_console' || (now.reached === 'taken' && now.shown_at) ? 'on_console' : 'stored';
}

/** Whether a tap of this alarm has waited too long for the server's answer. */
export function isNotConfirmed(alarm: Alarm, device: Pick<Device, 'monotonic' | 'wall' | 'page'>): boolean {
  return alarm.unsent.some(({ item }) => ageOf(item.made, device) >= NOT_CONFIRMED_MS);
}

/** Whether the case has waited too long for somebody to take it; `untakenMs` is how long nobody has had it. */
export function isUnanswered(alarm: Alarm, untakenMs: number): boolean {
  const { held } = alarm;
  return held !== undefined && isOpen(held.case) && !isTaken(held.case) && untakenMs >= UNANSWERED_MS;
}

/** Whether anything here is still at stake: while it is, the phone asks often and nothing on it rings. */
export function isActive(alarm: Alarm): boolean {
  return alarm.unsent.length > 0 || (alarm.held !== undefined && isOpen(alarm.held.case));
}
