import { beforeEach, describe, expect, it } from 'vitest';
import { aCase, anEvent, at, ME, OTHER, owner } from '../fixtures';
import type { CaseSummary, Change, LiveEvent, TimelineEntry } from '../wire';
import { LossFinder, takeoverSince } from './losses';

const TAKEN_OVER: Change = { what: 'taken_over', from: 'A. Diallo', reason: 'owner_silent' };
const LOSS = { id: '1', name: 'Amina Yusuf', by: 'K. Lee', reason: 'owner_silent' };

const mine = (revision: number): CaseSummary => aCase('1', { revision, state: 'claimed', owner: owner(ME), ringing: false });
const theirs = (revision: number): CaseSummary =>
  aCase('1', { revision, state: 'claimed', owner: owner(OTHER, 'K. Lee'), ringing: false });

function entryOf(revision: number, change: Change, name = 'K. Lee'): TimelineEntry {
  return { id: `entry-${revision}`, revision, at: at(0), occurred_at: at(0), actor: { kind: 'console', name }, change };
}

function eventOf(after: CaseSummary, change: Change): LiveEvent {
  return { ...anEvent('s', after.revision, after), entry: entryOf(after.revision, change) };
}

let finder = new LossFinder();
beforeEach(() => void (finder = new LossFinder()));

describe('a takeover', () => {
  it('is told to the operator who loses the case, with the name and the reason', () => {
    finder.event(eventOf(mine(2), { what: 'claimed' }), ME);
    expect(finder.event(eventOf(theirs(3), TAKEN_OVER), ME)).toEqual(LOSS);
  });

  it('is told once', () => {
    finder.see(mine(2), ME);
    finder.event(eventOf(theirs(3), TAKEN_OVER), ME);
    expect(finder.event(eventOf(theirs(4), TAKEN_OVER), ME)).toBeUndefined();
  });

  it('is told even when an answer has already brought the new owner', () => {
    finder.see(mine(2), ME);
    finder.see(theirs(3), ME);
    expect(finder.event(eventOf(theirs(3), TAKEN_OVER), ME)).toEqual(LOSS);
  });

  it('is no loss to those who did not have the case, nor to the one who took it', () => {
    expect(finder.event(eventOf(theirs(3), TAKEN_OVER), ME)).toBeUndefined();
    finder.see(theirs(3), OTHER);
    expect(finder.event(eventOf(theirs(4), TAKEN_OVER), OTHER)).toBeUndefined();
  });

  it('from before the case was taken back is old news', () => {
    finder.see(mine(5), ME);
    expect(finder.event(eventOf(theirs(3), TAKEN_OVER), ME)).toBeUndefined();
    expect(finder.event(eventOf(theirs(6), TAKEN_OVER), ME)).toEqual(LOSS);
  });

  it('of a case that was given back in between is none', () => {
    finder.see(mine(2), ME);
    finder.event(eventOf(aCase('1', { revision: 3 }), { what: 'released', reason: 'idle' }), ME);
    expect(finder.event(eventOf(theirs(4), { what: 'claimed' }), ME)).toBeUndefined();
  });

  it('is told when a later event of the case came before it', () => {
    finder.see(mine(2), ME);
    finder.event(eventOf(theirs(4), { what: 'noted', text: 'On it.' }), ME);
    expect(finder.event(eventOf(theirs(3), TAKEN_OVER), ME)).toEqual(LOSS);
  });

  it('is unknown to the next person who signs in', () => {
    finder.see(mine(2), ME);
    finder.clear();
    expect(finder.event(eventOf(theirs(3), TAKEN_OVER), ME)).toBeUndefined();
  });
});

describe('a takeover that only a whole list shows', () => {
  it('is asked for when somebody else has what this operator had, and only then', () => {
    finder.see(mine(2), ME);
    expect(finder.unexplained(() => mine(3), ME)).toEqual([]);
    expect(finder.unexplained(() => theirs(4), ME)).toEqual([{ one: theirs(4), since: 2 }]);
    expect(finder.unexplained(() => theirs(4), ME)).toEqual([]);
  });

  it('is not asked for when nobody has the case, or it is gone', () => {
    finder.see(mine(2), ME);
    expect(finder.unexplained(() => aCase('1', { revision: 4 }), ME)).toEqual([]);
    finder.see(mine(5), ME);
    expect(finder.unexplained(() => undefined, ME)).toEqual([]);
  });

  it('is read from the timeline: what ended the claim', () => {
    const before = entryOf(2, { what: 'taken_over', from: 'K. Lee', reason: 'shift_change' }, 'A. Diallo');
    expect(takeoverSince(theirs(4), [before, entryOf(3, TAKEN_OVER)], 2)).toEqual(LOSS);
    const released = [entryOf(3, { what: 'released', reason: 'idle' }), entryOf(4, { what: 'claimed' })];
    expect(takeoverSince(theirs(4), released, 2)).toBeUndefined();
  });
});
