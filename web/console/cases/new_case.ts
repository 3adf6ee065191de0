import type { CanTalk, Facts, IntakeChannel, OpenCase, Person } from '../wire';

/** What is typed into the form. */
export interface NewCaseForm {
  person: Person | undefined;
  who: string;
  channel: IntakeChannel;
  number: string;
  place: string;
  canTalk: CanTalk;
  note: string;
}

/** A telephone number as people type it. */
const NUMBER = /^\+?[\d\s().-]{5,40}$/;

/** The request a filled-in form makes. Nobody named is an unknown caller; only what was said is sent. */
export function bodyOf({ person, who, channel, number, place, canTalk, note }: NewCaseForm, unknownCaller: string): OpenCase {
  const facts: Facts = {};
  if (canTalk !== 'unknown') facts.can_talk = canTalk;
  if (place.trim() !== '') facts.place = place.trim();
  if (note.trim() !== '') facts.note = note.trim();
  if (person?.id != null) return { person: person.id, channel, facts };
  // A number typed where a name was asked for is how to call back, not who they are.
  const typedNumber = NUMBER.test(who.trim());
  const name = typedNumber ? unknownCaller : who.trim() || unknownCaller;
  const callBack = number.trim() || (typedNumber ? who.trim() : '');
  return { name, channel, facts, ...(callBack === '' ? {} : { number: callBack }) };
}
