import type { Wire } from '../api/types';
import type { About } from './about';

type Contact = Wire['Contact'];

/**
 * Whether whoever holds the phone may be heard: `free` when they said so or no alarm is open, `unsaid` while an alarm is
 * open and they have not said, `hiding` when they said that they cannot talk.
 */
export type Talk = 'free' | 'unsaid' | 'hiding';

const ORDER = ['duty_officer', 'operations_centre', 'local_emergency'];

/** Whom to call, nearest first: the duty officer, the operations centre, the local emergency number. */
export function inCallingOrder(contacts: readonly Contact[]): Contact[] {
  const rank = (contact: Contact): number => (ORDER.indexOf(contact.kind) + ORDER.length + 1) % (ORDER.length + 1);
  return [...contacts].sort((a, b) => rank(a) - rank(b));
}

/** Those who take text messages, nearest first: who may be heard when calling comes to them before any number to call. */
export function textable(contacts: readonly Contact[]): Contact[] {
  return inCallingOrder(contacts).filter(({ sms }) => sms);
}

/** What the person is urged to do; `hiding` with nobody to write to is urged to nothing. */
export type Urge = 'call' | 'textThenCall' | 'callIfSafe' | 'text';

/** What to urge somebody to whom nobody has answered. Never a call that may give them away. */
export function urgeOf(talk: Talk, contacts: readonly Contact[]): Urge | undefined {
  if (contacts.length === 0) return undefined;
  const texts = textable(contacts).length > 0;
  if (talk === 'free') return 'call';
  if (talk === 'unsaid') return texts ? 'textThenCall' : 'callIfSafe';
  return texts ? 'text' : undefined;
}

/**
 * The country of a national emergency number, by its name in `language`. The server gives ISO 3166-1 codes, of which some
 * belong to nobody: an invented country has no name here.
 */
export function countryOf({ kind, name }: Contact, language: string): string | undefined {
  if (kind !== 'local_emergency') return undefined;
  if (!/^[A-Z]{2}$/.test(name)) return name || undefined;
  try {
    return new Intl.DisplayNames([language], { type: 'region', fallback: 'none' }).of(name);
  } catch {
    return undefined;
  }
}

const dialled = (number: string): string => number.replace(/[^0-9+*#]/g, '').replaceAll('#', '%23');

/** A link that opens the dialler. */
export function telLink(number: string): string {
  return `tel:${dialled(number)}`;
}

/** A link that opens a text message; `?&` is read by Android and iPhone alike. */
export function smsLink(number: string, text: string): string {
  return `sms:${dialled(number)}?&body=${encodeURIComponent(text)}`;
}

/** What a text message says. */
export interface Text {
  /** The phone's owner. */
  name: string;
  reference?: string | undefined;
  about: About;
  talk: Talk;
}

/**
 * The text message: who, the reference when there is one, and that a call would give them away. Never where: phones get
 * searched. In English, for whoever is on duty.
 */
export function smsText({ name, reference, about, talk }: Text): string {
  const whom = about.kind === 'own' ? '' : `(for ${about.name ?? 'a colleague'})`;
  return ['NOT OK', name, whom, reference && `#${reference}`, talk === 'hiding' && 'HIDING, DO NOT CALL'].filter(Boolean).join(' ');
}
