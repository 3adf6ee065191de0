import { describe, expect, it } from 'vitest';
import type { Wire } from '../../../api/types';
import { people as ar } from './ar_people';
import { people as en } from './en_people';
import { heldOf } from './held';

describe('what somebody who leaves holds', () => {
  it('is counted: roles that are not over, sessions, codes, phones that are not revoked', () => {
    const grants = [{ ended_at: null }, { ended_at: '2026-11-22T00:00:00Z' }] as unknown as Wire['Grant'][];
    const devices = { devices: [{ revoked_at: null }, { revoked_at: '2026-11-22T00:00:00Z' }], codes: [{}] } as unknown as Wire['DevicesOfPerson'];
    expect(heldOf({ grants }, [{}, {}], devices)).toEqual({ roles: 1, sessions: 2, codes: 1, phones: 1 });
  });

  it('is not known where the session may not ask', () => {
    expect(heldOf(undefined, undefined, undefined)).toEqual({ roles: undefined, sessions: undefined, codes: undefined, phones: undefined });
  });

  it('is said in words, of none and of several', () => {
    for (const { leaving } of [en, ar]) {
      for (const phrase of [leaving.roles, leaving.sessions, leaving.codes, leaving.phones]) {
        expect(phrase(0)).not.toBe(phrase(3));
        expect(phrase(3)).toMatch(/3|٣/);
      }
    }
  });
});
