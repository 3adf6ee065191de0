import { describe, expect, it } from 'vitest';
import type { Wire } from '../../../api/types';
import { blamedLine, changesOf, draftOf, merged, phonesOf } from './editing';
import { standing } from './masking';

const PERSON: Wire['PersonDetail'] = {
  id: '00000000-0000-7000-8000-000000000001',
  name: 'Amina Yaro',
  languages: ['so', 'en'],
  kind: 'staff_national',
  phones: [{ number: '+252610000001', kind: 'mobile' }],
  devices: 0,
  office_id: '00000000-0000-7000-8000-0000000000aa',
  revision: 3,
  job_title: 'Driver',
  present_until: '2026-12-31T12:30:00Z',
  medical: { blood_group: 'O+' },
  masked: ['passport'],
};

const DRAFT = draftOf(PERSON);

describe('what a change sends', () => {
  it('is nothing when nothing differs, not even a date that the form shows to the minute', () => {
    expect(changesOf(DRAFT, draftOf({ ...PERSON, present_until: '2026-12-31T12:30:41Z' }))).toBeUndefined();
    expect(changesOf(DRAFT, { ...DRAFT, name: ' Amina Yaro ' })).toBeUndefined();
  });

  it('is the fields that differ, and null for what was emptied', () => {
    expect(changesOf(DRAFT, { ...DRAFT, job_title: '', email: 'a@x.example', present_until: '' })).toEqual({
      job_title: null,
      email: 'a@x.example',
      present_until: null,
    });
  });

  it('sends a whole part when one line of it differs, and null when all are empty', () => {
    expect(changesOf(DRAFT, { ...DRAFT, 'medical.allergies': 'nuts' })).toEqual({
      medical: { blood_group: 'O+', allergies: 'nuts', notes: undefined },
    });
    expect(changesOf(DRAFT, { ...DRAFT, 'medical.blood_group': '' })).toEqual({ medical: null });
    expect(changesOf(DRAFT, { ...DRAFT, 'fallback.name': 'Hodan' })).toEqual({ fallback: { name: 'Hodan', number: '' } });
  });

  it('sends all numbers in their order', () => {
    expect(changesOf(DRAFT, { ...DRAFT, phones: 'satellite +88 16 (123)\n+252610000001\n\n' })).toEqual({
      phones: [
        { kind: 'satellite', number: '+8816123' },
        { kind: 'mobile', number: '+252610000001' },
      ],
    });
    expect(phonesOf('')).toEqual([]);
  });
});

describe('a form that somebody else overtook', () => {
  it('takes over what it left alone and keeps what it changed', () => {
    const mine = { ...DRAFT, job_title: 'Senior driver', email: 'a@x.example' };
    const now = { ...DRAFT, job_title: 'Guard', call_sign: 'T9' };
    expect(merged(DRAFT, mine, now)).toEqual({
      draft: { ...mine, call_sign: 'T9' },
      taken: ['call_sign'],
      both: ['job_title'],
    });
  });

  it('has no conflict where both wrote the same', () => {
    const same = { ...DRAFT, job_title: 'Guard' };
    expect(merged(DRAFT, same, same)).toEqual({ draft: same, taken: [], both: [] });
  });
});

describe('the field an error blames', () => {
  it('is found by its pointer, also inside and above', () => {
    expect(blamedLine('/email')).toBe('email');
    expect(blamedLine('/passport/number')).toBe('passport.number');
    expect(blamedLine('/phones/0/number')).toBe('phones');
    expect(blamedLine('/fallback')).toBe('fallback.name');
    expect(blamedLine('/nothing')).toBeUndefined();
    expect(blamedLine(undefined)).toBeUndefined();
  });
});

describe('a field', () => {
  it('is shown, empty, or not shown to the viewer', () => {
    expect(standing('job_title', PERSON)).toBe('shown');
    expect(standing('email', PERSON)).toBe('empty');
    expect(standing('passport', PERSON)).toBe('masked');
    expect(standing('residence', { ...PERSON, masked: ['residence'] })).toBe('masked');
    expect(standing('languages', { ...PERSON, languages: [] })).toBe('empty');
  });
});
