import { describe, expect, it } from 'vitest';
import type { Change } from '../wire';
import { ar } from '../words/ar';
import { en } from '../words/en';
import { describeChange } from './describe';

const CALLED: Extract<Change, { what: 'called' }>['people'] = [
  { person: 'p', name: 'Ken Mwangi', role: 'field_security_officer', proven: true, channels: ['sms'] },
  { person: 'q', name: 'Uma Nakato', role: 'shift_lead', proven: false, channels: ['sms'] },
  { person: 'r', name: 'Omar Said', role: 'operations_operator', proven: false, channels: [] },
];

const changes: Change[] = [
  { what: 'raised', raw: [{ field: '/battery', why: 'wrong_type' }] },
  { what: 'opened', channel: 'radio' },
  { what: 'tapped_again', reopened: false },
  { what: 'tapped_again', reopened: true },
  { what: 'attempt_kept' },
  { what: 'positioned', position: { lat: 2.04, lon: 45.3, source: 'gps', fixed_at: '2026-11-21T22:40:07Z', of_reporter: true } },
  { what: 'facts_added', facts: { can_talk: 'no', people: 3 } },
  { what: 'shown', tap: 'x' },
  { what: 'claimed' },
  { what: 'taken_over', from: 'K. Lee', reason: 'shift_change' },
  { what: 'released', reason: 'idle' },
  { what: 'noted', text: 'Spoke to the guard.' },
  { what: 'still_on_it' },
  { what: 'contact_tried', channel: 'call', result: 'no_answer', note: 'Rang ten times.' },
  { what: 'responder_assigned', responder: 'Car 2' },
  { what: 'called', step: 'duty_officer', people: [], passed: true },
  { what: 'called', step: 'everybody', people: CALLED, passed: false },
  { what: 'calls_ordered', order: 'called_also', reason: 'Lives next door', people: ['Noor Aziz'] },
  { what: 'calls_ordered', order: 'hurried', reason: 'Shots are heard' },
  { what: 'called', step: 'regional_officer', people: CALLED.map((one) => ({ ...one, gap: true })), passed: false },
  { what: 'call_result', person: 'p', name: 'Ken Mwangi', channel: 'sms', state: 'accepted' },
  { what: 'call_result', person: 'p', name: 'Ken Mwangi', channel: 'sms', state: 'failed', trouble: 'refused', status: 400 },
  { what: 'closed', outcome: 'resolved', note: 'At home.' },
];

describe('the timeline', () => {
  it('has words for every change, each its own, in both languages', () => {
    for (const words of [en, ar]) {
      const headlines = changes.map((change) => describeChange(change, words, 'en').headline);
      expect(headlines.every((headline) => headline.length > 0)).toBe(true);
      expect(new Set(headlines).size).toBe(headlines.length);
    }
  });

  it('says who was called, whose number is not proven, and who could not be called', () => {
    const lines = changes.flatMap((change) => describeChange(change, en, 'en').lines);
    expect(lines).toContain('Ken Mwangi · Field security officer');
    expect(lines).toContain('Uma Nakato · Shift lead · number not proven');
    expect(lines).toContain('Omar Said · Operations-centre operator · no mobile number, not called');
    expect(lines).toContain('There is nobody to call');
    expect(lines).toContain('The gateway refused it (400)');
  });

  it('keeps what people wrote, word for word', () => {
    const lines = changes.flatMap((change) => describeChange(change, en, 'en').lines);
    expect(lines).toContain('Spoke to the guard.');
    expect(lines).toContain('Rang ten times.');
    expect(lines).toContain('Kept as it came: /battery (wrong type)');
  });

  it('says when a position is the reporter’s', () => {
    const change = changes.find(({ what }) => what === 'positioned');
    expect(change && describeChange(change, en, 'en').lines).toContain(en.detail.reporterPosition);
  });

  it('shows a change of a newer server by its own word', () => {
    expect(describeChange({ what: 'levitated' } as unknown as Change, en, 'en').headline).toBe('levitated');
  });
});
