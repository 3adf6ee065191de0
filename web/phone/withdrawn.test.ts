import { describe, expect, it } from 'vitest';
import { Cases } from './cases';
import { bared, type Near } from './held_near';
import { refusedBy } from './withdrawn';

const NEAR: Near = {
  distress: 'cap',
  me: { id: 'p1', name: 'Amina Yusuf', organisation: 'O', office: 'F', languages: ['en'] },
  contacts: [
    { kind: 'duty_officer', name: 'Juba office', number: '+211912345678', sms: true },
    { kind: 'local_emergency', name: 'SS', number: '112', sms: false },
  ],
  exercise: true,
  watched: true,
};

function caseOf(id: string, reached: 'stored' | 'closed') {
  const base = { reference: id, revision: 1, stored_at: '2026-11-21T22:40:07Z', last_tap_at: '2026-11-21T22:40:07Z', facts: {} };
  return { ...base, id, reached, ...(reached === 'closed' ? { closed_at: '2026-11-21T22:50:07Z' } : {}) };
}

describe('a phone whose right to read was taken away', () => {
  it('keeps what raises a Not Okay and the emergency number, and nothing that names anybody', () => {
    const left = bared(NEAR, 'office_seized');
    expect(left).toEqual({
      distress: 'cap',
      contacts: [NEAR.contacts[1]],
      exercise: true,
      withdrawn: 'office_seized',
    });
    expect(JSON.stringify(left)).not.toMatch(/Amina|Juba|\+211/);
  });

  it('goes on with an open alarm and forgets those that are closed', () => {
    const cases = new Cases({ server: () => Date.parse('2026-11-21T23:00:00Z'), monotonic: () => 0 }, () => undefined);
    cases.apply(caseOf('open', 'stored'), 't1');
    cases.apply(caseOf('closed', 'closed'), 't2');
    expect(cases.all).toHaveLength(2);
    cases.forgetClosed();
    expect(cases.all.map((held) => held.case.id)).toEqual(['open']);
    expect(cases.get('open')?.token).toBe('t1');
  });

  it('reads a problem document, and nothing into anything else', () => {
    expect(refusedBy({ code: 'proof_stale', server_time: '2026' })).toEqual({ code: 'proof_stale', serverTime: '2026' });
    for (const odd of [undefined, null, 'device_revoked', 7, { code: 7, server_time: null }]) expect(refusedBy(odd)).toEqual({});
  });
});
