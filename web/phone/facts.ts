import type { Wire } from '../api/types';
import type { Talk } from './calls';
import type { Waiting } from './outbox';
import { isActive, type Alarm } from './progress';

type Facts = Wire['Facts'];

/** The choices, in the order they are offered. */
export const DANGERS: readonly Wire['Danger'][] = [
  'attack',
  'crime',
  'threat',
  'held',
  'medical',
  'accident',
  'trapped',
  'natural',
  'other',
];
export const INJURIES: readonly Wire['Injury'][] = ['none', 'light', 'serious', 'unknown'];

/** The bounds of what is typed. */
export const PLACE_MAX = 200;
export const NOTE_MAX = 1_000;
export const PEOPLE_MAX = 999;

/** What was said of an alarm on this phone. */
export interface Said {
  /** Everything, the latest word of each field. */
  readonly facts: Facts;
  /** The fields that the server has not stored yet. */
  readonly unsent: ReadonlySet<keyof Facts>;
}

/** The facts that the server has, with what still waits laid over them. */
export function saidOf(alarm: Alarm, waiting: readonly Waiting[]): Said {
  const taps = new Set([...alarm.unsent.map(({ item }) => item.key), ...(alarm.held?.taps ?? []).map(({ key }) => key)]);
  let facts: Facts = alarm.held?.case.facts ?? {};
  const unsent = new Set<keyof Facts>();
  for (const { item } of waiting) {
    if (item.kind !== 'facts' || !(taps.has(item.tap) || (item.case && item.case === alarm.held?.case.id))) continue;
    const said = (JSON.parse(item.body) as Wire['AddFacts']).facts;
    facts = { ...facts, ...said };
    for (const field of Object.keys(said)) unsent.add(field as keyof Facts);
  }
  return { facts, unsent };
}

/**
 * Whether whoever holds this phone may be heard, by what they said of every alarm that is open. One word that they hide
 * counts for all, and what they have not said yet counts as a no to calls.
 */
export function talkOf(alarms: readonly Alarm[], waiting: readonly Waiting[]): Talk {
  const said = alarms.filter(isActive).map((alarm) => saidOf(alarm, waiting).facts.can_talk);
  if (said.includes('no')) return 'hiding';
  return said.every((word) => word === 'yes') ? 'free' : 'unsaid';
}

/** What the typed fields say, changed ones only: blanks, numbers that cannot be and old words are left out. */
export function typedFacts(typed: { people: string; place: string; note: string }, before: Facts): Facts {
  const people = Number(typed.people);
  const place = typed.place.trim().slice(0, PLACE_MAX);
  const note = typed.note.trim().slice(0, NOTE_MAX);
  return {
    ...(Number.isInteger(people) && people >= 1 && people <= PEOPLE_MAX && people !== before.people ? { people } : {}),
    ...(place !== '' && place !== before.place ? { place } : {}),
    ...(note !== '' && note !== before.note ? { note } : {}),
  };
}
