import { aboutOfCase, keyOf, type About } from './about';
import { isOpen, type HeldCase } from './cases';
import { ageOf } from './item';
import type { Device } from './device';
import type { Waiting } from './outbox';
import { isTaken, letGoBy } from './witnessed';

/**
 * How far an alarm got. Each is claimed only on proof: `stored` and later on the server's answer, `taken` on a claim by a
 * named person. With several taps the least advanced one speaks, so that the word is never better than the truth.
 */
export type Stage = 'sending' | 'queued' | 'stored' | 'on_console' | 'taken' | 'closed';

/** An alarm on this phone: one case, or taps that have no case yet. */
export interface Alarm {
  /** Stable name of this alarm on the screen. */
  readonly id: string;
  readonly about: About;
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
  const isAbout = (about: About, other: About): boolean => keyOf(about) === keyOf(other);
  const homeOf = (about: About): HeldCase | undefined => open.find((held) => isAbout(aboutOfCase(held.case), about));
  const alarms: Alarm[] = cases.map((held) => {
    const about = aboutOfCase(held.case);
    const unsent = homeOf(about) === held ? taps.filter(({ item }) => isAbout(item.about, about)) : [];
    return { id: held.case.id, about, held, unsent };
  });
  const homeless = new Map<string, Waiting[]>();
  for (const tap of taps) {
    if (homeOf(tap.item.about)) continue;
    const key = keyOf(tap.item.about);
    homeless.set(key, [...(homeless.get(key) ?? []), tap]);
  }
  for (const unsent of homeless.values()) {
    const [first] = unsent;
    if (first) alarms.unshift({ id: first.item.key, about: first.item.about, unsent, held: undefined });
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

/** Who had this alarm's case last and has let it go, while nobody has it since. */
export function alarmLetGoBy({ held }: Alarm): string | undefined {
  return held && letGoBy(held.seen, held.case);
}

/**
 * Whether a person needs to know that no console is open: while no alarm is open, since the next one would wait, and while
 * one is that neither has been on a console nor is somebody's. The server counts the consoles of one of its nodes, so that
 * a case which has been on a screen may still be on one.
 */
export function isUnwatched(watched: boolean | undefined, alarms: readonly Alarm[]): boolean {
  if (watched !== false) return false;
  const open = alarms.filter(isActive);
  const isSeen = (alarm: Alarm): boolean =>
    ['on_console', 'taken'].includes(stageOf({ ...alarm, unsent: [] })) && alarmLetGoBy(alarm) === undefined;
  return open.length === 0 || !open.every(isSeen);
}

/** Whether anything here is still at stake: while it is, the phone asks often and nothing on it rings. */
export function isActive(alarm: Alarm): boolean {
  return alarm.unsent.length > 0 || (alarm.held !== undefined && isOpen(alarm.held.case));
}
