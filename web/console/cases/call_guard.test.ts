import { describe, expect, it } from 'vitest';
import { aCase } from '../fixtures';
import { guardQuestion, isUnlocked, unlock } from './call_guard';

describe('the call guard', () => {
  it('asks nothing when they said a call is safe', () => {
    const one = aCase('1', { facts: { can_talk: 'yes' } });
    expect(guardQuestion(one)).toBe('none');
    expect(isUnlocked(undefined, one)).toBe(true);
  });

  it('asks whether it is safe when nobody knows', () => {
    expect(guardQuestion(aCase('1'))).toBe('safeToRing');
    expect(guardQuestion(aCase('1', { facts: { can_talk: 'unknown' } }))).toBe('safeToRing');
    expect(isUnlocked(undefined, aCase('1'))).toBe(false);
  });

  it('warns when they hide', () => {
    expect(guardQuestion(aCase('1', { facts: { can_talk: 'no' } }))).toBe('hiding');
  });

  it('locks again when a tap comes, when they say that they hide, and for another case', () => {
    const answer = unlock(aCase('1'));
    expect(isUnlocked(answer, aCase('1', { revision: 9 }))).toBe(true);
    expect(isUnlocked(answer, aCase('1', { last_tap: 'again' }))).toBe(false);
    expect(isUnlocked(answer, aCase('1', { facts: { can_talk: 'no' } }))).toBe(false);
    expect(isUnlocked(answer, aCase('2'))).toBe(false);
  });
});
