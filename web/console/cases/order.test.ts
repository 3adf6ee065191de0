import { describe, expect, it } from 'vitest';
import { aCase, at, ME, OTHER, owner } from '../fixtures';
import { countTabs, matches, onlyUntaken, rowsOf, sortOpen } from './order';

const ids = (cases: { id: string }[]): string => cases.map(({ id }) => id).join(' ');

describe('the queue', () => {
  it('puts the worst first, then what rings, then who has waited longest, however often they tapped', () => {
    const cases = [
      aCase('quiet-new', { ringing: false, stored_at: at(50) }),
      aCase('minor-ringing', { severity: 'minor', stored_at: at(5) }),
      aCase('ringing-old', { stored_at: at(10), last_tap_at: at(95), taps: 2 }),
      aCase('ringing-new', { stored_at: at(20), last_tap_at: at(20) }),
      aCase('quiet-old', { ringing: false, stored_at: at(40) }),
    ];
    expect(ids(sortOpen(cases, ME))).toBe('ringing-old ringing-new quiet-old quiet-new minor-ringing');
  });

  it('keeps one’s own cases directly after those that nobody has, before other operators’, even ringing ones', () => {
    const cases = [
      aCase('theirs-ringing', { owner: owner(OTHER), stored_at: at(1) }),
      aCase('theirs', { owner: owner(OTHER), ringing: false, stored_at: at(2) }),
      aCase('mine-new', { owner: owner(ME), ringing: false, stored_at: at(60) }),
      aCase('mine-tapped', { owner: owner(ME), stored_at: at(70) }),
      aCase('untaken', { stored_at: at(90) }),
      aCase('untaken-old', { stored_at: at(30) }),
    ];
    const order = 'untaken-old untaken mine-tapped mine-new theirs-ringing theirs';
    expect(ids(rowsOf('all', cases, ME))).toBe(order);
    expect(ids(rowsOf('all', [...cases].reverse(), ME))).toBe(order);
  });

  it('has one case that is meant without being selected only while nobody has taken just that one', () => {
    const taken = aCase('theirs', { owner: owner(OTHER) });
    expect(onlyUntaken([taken, aCase('free')])?.id).toBe('free');
    expect(onlyUntaken([aCase('free'), aCase('other')])).toBeUndefined();
    expect(onlyUntaken([taken])).toBeUndefined();
  });

  it('goes by the server’s time, whatever age a phone claims for its alarm', () => {
    const cases = [
      aCase('waits', { stored_at: at(10), occurred_at: at(10) }),
      aCase('claims', { stored_at: at(50), occurred_at: at(-90_000) }),
    ];
    expect(ids(sortOpen(cases, ME))).toBe('waits claims');
  });

  it('keeps one order for taps of the same moment', () => {
    expect(ids(sortOpen([aCase('b'), aCase('a'), aCase('c')], ME))).toBe('a b c');
    expect(ids(sortOpen([aCase('c'), aCase('b'), aCase('a')], ME))).toBe('a b c');
  });

  it('shows each case in the tabs it belongs to', () => {
    const cases = [
      aCase('free'),
      aCase('mine', { owner: owner(ME), state: 'claimed', ringing: false }),
      aCase('theirs', { owner: owner(OTHER), state: 'claimed', ringing: false }),
      aCase('done-early', { state: 'resolved', ringing: false, closed_at: at(5) }),
      aCase('done-late', { state: 'false_alarm', ringing: false, closed_at: at(9) }),
    ];
    expect(ids(rowsOf('untaken', cases, ME))).toBe('free');
    expect(ids(rowsOf('mine', cases, ME))).toBe('mine');
    expect(ids(rowsOf('all', cases, ME))).toBe('free mine theirs');
    expect(ids(rowsOf('closed', cases, ME))).toBe('done-late done-early');
    expect(countTabs(cases, ME)).toEqual({ untaken: 1, mine: 1, all: 3 });
  });
});

describe('the filter', () => {
  const one = aCase('1', { owner: owner(OTHER, 'Kim Lee'), facts: { place: 'behind the market' } });

  it('wants every word, in any field, in any case', () => {
    expect(matches(one, 'amina BAIDARA')).toBe(true);
    expect(matches(one, 'k7q2')).toBe(true);
    expect(matches(one, 'lee market')).toBe(true);
    expect(matches(one, 'amina nowhere')).toBe(false);
  });

  it('lets everything through when it is empty', () => {
    expect(matches(one, '  ')).toBe(true);
  });
});
