import { describe, expect, it } from 'vitest';
import type { Person } from '../wire';
import { bodyOf, type NewCaseForm } from './new_case';

const form = (over: Partial<NewCaseForm>): NewCaseForm => ({
  person: undefined,
  who: '',
  channel: 'call',
  number: '',
  place: '',
  canTalk: 'unknown',
  note: '',
  ...over,
});

describe('a new case', () => {
  it('of nobody named is an unknown caller', () => {
    expect(bodyOf(form({}), 'Unknown caller')).toEqual({ name: 'Unknown caller', channel: 'call', facts: {} });
  });

  it('of a person in the register names the person alone', () => {
    const person = { id: 'p1', name: 'Amina Yusuf', kind: 'staff_national', phones: [], devices: 0, office_id: 'o1' } as unknown as Person;
    expect(bodyOf(form({ person, who: 'Amina Yusuf', number: '+1' }), '?')).toEqual({ person: 'p1', channel: 'call', facts: {} });
  });

  it('keeps a number typed as the name as the number to call back', () => {
    expect(bodyOf(form({ who: '+252 61 555 0101' }), 'Unknown caller')).toMatchObject({
      name: 'Unknown caller',
      number: '+252 61 555 0101',
    });
    expect(bodyOf(form({ who: 'Guard 4, gate 2' }), 'Unknown caller')).toEqual({ name: 'Guard 4, gate 2', channel: 'call', facts: {} });
  });

  it('sends only what was said', () => {
    const filled = form({ channel: 'radio', place: ' north gate ', canTalk: 'no', note: 'shots heard' });
    expect(bodyOf(filled, '?').facts).toEqual({ place: 'north gate', can_talk: 'no', note: 'shots heard' });
  });
});
