import { describe, expect, it } from 'vitest';
import { aCase, at, ME, OTHER, owner, T0 } from '../fixtures';
import { alarmSounds, isRunning, nextRingAt, rings, silence, SILENCE_MS } from './ringing';

describe('rings', () => {
  it('rings for everybody while nobody has it', () => {
    expect(rings(aCase('1'), ME, T0)).toBe(true);
  });

  it('is quiet when the case does not ring', () => {
    expect(rings(aCase('1', { ringing: false, owner: owner(ME) }), ME, T0)).toBe(false);
  });

  it('after a new tap rings for the owner alone, and for everybody from rings_all_at on', () => {
    const tapped = { ringing: true, rings_all_at: at(30) };
    expect(rings(aCase('1', { ...tapped, owner: owner(ME) }), ME, T0)).toBe(true);
    expect(rings(aCase('1', { ...tapped, owner: owner(OTHER) }), ME, T0)).toBe(false);
    expect(rings(aCase('1', { ...tapped, owner: owner(OTHER) }), ME, T0 + 29_999)).toBe(false);
    expect(rings(aCase('1', { ...tapped, owner: owner(OTHER) }), ME, T0 + 30_000)).toBe(true);
  });

  it('rings for everybody when an owned case rings without a time for all', () => {
    expect(rings(aCase('1', { owner: owner(OTHER) }), ME, T0)).toBe(true);
  });

  it('names the moment when another one starts to ring', () => {
    const owned = aCase('1', { owner: owner(OTHER), rings_all_at: at(30) });
    const later = aCase('2', { owner: owner(OTHER), rings_all_at: at(40) });
    expect(nextRingAt([later, owned, aCase('3')], ME, T0)).toBe(T0 + 30_000);
    expect(nextRingAt([aCase('3')], ME, T0)).toBeUndefined();
  });
});

describe('silence', () => {
  it('lasts 30 seconds, then the alarm sounds again', () => {
    const ringing = [aCase('1').last_tap];
    const quiet = silence(ringing, T0);
    expect(SILENCE_MS).toBe(30_000);
    expect(alarmSounds(ringing, quiet, T0 + 29_999)).toBe(false);
    expect(isRunning(quiet, T0 + 29_999)).toBe(true);
    expect(alarmSounds(ringing, quiet, T0 + 30_000)).toBe(true);
    expect(isRunning(quiet, T0 + 30_000)).toBe(false);
  });

  it('does not cover an alarm that comes after it, nor a new tap of the same person', () => {
    const { last_tap } = aCase('1');
    const quiet = silence([last_tap], T0);
    expect(alarmSounds([last_tap], quiet, T0 + 1)).toBe(false);
    expect(alarmSounds([last_tap, aCase('2').last_tap], quiet, T0 + 1)).toBe(true);
    expect(alarmSounds(['second tap'], quiet, T0 + 1)).toBe(true);
  });

  it('makes no sound when nothing rings', () => {
    expect(alarmSounds([], undefined, T0)).toBe(false);
  });
});
