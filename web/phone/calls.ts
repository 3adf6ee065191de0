import type { Wire } from '../api/types';

type Contact = Wire['Contact'];

const ORDER = ['duty_officer', 'operations_centre', 'local_emergency'];

/** Whom to call, nearest first: the duty officer, the operations centre, the local emergency number. */
export function inCallingOrder(contacts: readonly Contact[]): Contact[] {
  const rank = (contact: Contact): number => (ORDER.indexOf(contact.kind) + ORDER.length + 1) % (ORDER.length + 1);
  return [...contacts].sort((a, b) => rank(a) - rank(b));
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

/** What the text message says: who, and the reference when there is one. Never where: phones get searched. */
export function smsText(name: string, reference: string | undefined, colleague: string): string {
  return ['NOT OK', name, colleague && `(${colleague})`, reference && `#${reference}`].filter(Boolean).join(' ');
}
