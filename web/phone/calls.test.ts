import { describe, expect, it } from 'vitest';
import { colleague, OWN } from './about';
import { countryOf, inCallingOrder, smsLink, smsText, telLink, textable, urgeOf } from './calls';
import { talkOf } from './facts';
import type { Waiting } from './outbox';
import type { Alarm } from './progress';

const of = (kind: string, sms = false, name = kind) => ({ kind, name, number: '1', sms });
const CONTACTS = [of('local_emergency', false, 'KE'), of('operations_centre', true), of('duty_officer', true)];

describe('calls', () => {
  it('has the duty officer first and the local emergency number last of the known ones', () => {
    const order = inCallingOrder(['other', 'local_emergency', 'operations_centre', 'duty_officer'].map((kind) => of(kind)));
    expect(order.map(({ kind }) => kind)).toEqual(['duty_officer', 'operations_centre', 'local_emergency', 'other']);
  });

  it('names the country of an emergency number in the reader’s language, and never by a code', () => {
    expect(countryOf(of('local_emergency', false, 'KE'), 'en')).toBe('Kenya');
    expect(countryOf(of('local_emergency', false, 'KE'), 'ar')).toBe('كينيا');
    for (const invented of ['XM', 'ZZ', 'AA']) {
      const name = countryOf(of('local_emergency', false, invented), 'en') ?? '';
      expect(name).not.toContain(invented);
    }
    expect(countryOf(of('local_emergency', false, 'XM'), 'ar')).toBeUndefined();
    expect(countryOf(of('local_emergency', false, 'Marenia'), 'en')).toBe('Marenia');
    expect(countryOf(of('duty_officer', true, 'KE'), 'en')).toBeUndefined();
  });

  it('dials digits only', () => {
    expect(telLink('+252 61 555-0100')).toBe('tel:+252615550100');
    expect(telLink('*111#')).toBe('tel:*111%23');
  });

  it('writes a text without any place in it', () => {
    const own = { name: 'Amina Yusuf', about: OWN, talk: 'unsaid' as const };
    expect(smsText({ ...own, reference: '1042' })).toBe('NOT OK Amina Yusuf #1042');
    expect(smsText({ ...own, about: colleague('J. Okafor') })).toBe('NOT OK Amina Yusuf (for J. Okafor)');
    expect(smsText({ ...own, about: colleague('') })).toBe('NOT OK Amina Yusuf (for a colleague)');
    expect(smsLink('+252 61', 'NOT OK A & B')).toBe('sms:+25261?&body=NOT%20OK%20A%20%26%20B');
  });

  it('asks by text not to be called while the person hides', () => {
    expect(smsText({ name: 'Amina', reference: '7', about: OWN, talk: 'hiding' })).toBe('NOT OK Amina #7 HIDING, DO NOT CALL');
  });
});

describe('what a person is urged to do when nobody answers', () => {
  it('is to call only when they said that they may be heard', () => {
    expect(urgeOf('free', CONTACTS)).toBe('call');
    expect(urgeOf('unsaid', CONTACTS)).toBe('textThenCall');
    expect(urgeOf('hiding', CONTACTS)).toBe('text');
  });

  it('is never a call for somebody who hides, also where nobody takes texts', () => {
    const emergency = CONTACTS.filter(({ sms }) => !sms);
    expect(urgeOf('unsaid', emergency)).toBe('callIfSafe');
    expect(urgeOf('hiding', emergency)).toBeUndefined();
    expect(urgeOf('free', [])).toBeUndefined();
  });

  it('has those who take texts, nearest first', () => {
    expect(textable(CONTACTS).map(({ kind }) => kind)).toEqual(['duty_officer', 'operations_centre']);
  });
});

describe('whether somebody may be heard', () => {
  const CASE = { id: 'c1', reference: '1', revision: 1, reached: 'stored' as const, stored_at: '', last_tap_at: '' };
  const alarm = (id: string, can_talk?: 'yes' | 'no' | 'unknown', reached: 'stored' | 'closed' = 'stored'): Alarm => ({
    id,
    about: OWN,
    unsent: [],
    held: { token: 't', taps: [], untakenSince: 0, seen: [], case: { ...CASE, id, reached, facts: can_talk ? { can_talk } : {} } },
  });

  it('is taken as no until they say so', () => {
    expect(talkOf([alarm('c1')], [])).toBe('unsaid');
    expect(talkOf([alarm('c1', 'unknown')], [])).toBe('unsaid');
    expect(talkOf([alarm('c1', 'yes')], [])).toBe('free');
  });

  it('counts a word that has not reached the server yet', () => {
    const made = { monotonic: 0, page: 'one', wall: 0 };
    const item = { key: 'f', kind: 'facts' as const, body: '{"facts":{"can_talk":"no"}}', made, tap: 'k', case: 'c1', about: OWN };
    const unsent: Waiting = { item, kept: 'keeping', attempts: 0, sending: false, failure: undefined };
    expect(talkOf([alarm('c1')], [unsent])).toBe('hiding');
  });

  it('is no on all alarms when it is no on one', () => {
    expect(talkOf([alarm('c1', 'yes'), alarm('c2', 'no')], [])).toBe('hiding');
    expect(talkOf([alarm('c1', 'yes'), alarm('c2')], [])).toBe('unsaid');
  });

  it('is not asked while no alarm is open', () => {
    expect(talkOf([], [])).toBe('free');
    expect(talkOf([alarm('c1', 'no', 'closed')], [])).toBe('free');
  });
});
