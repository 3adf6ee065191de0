import { describe, expect, it } from 'vitest';
import { aCase, anEvent } from '../fixtures';
import { CaseBook } from './book';

describe('the case book', () => {
  it('takes an event once, under whichever scope it comes first', () => {
    const book = new CaseBook();
    expect(book.apply(anEvent('office', 1, aCase('1')))).toEqual({ first: true, changed: true, newTap: true });
    expect(book.apply(anEvent('organisation', 7, aCase('1')))).toEqual({ first: false, changed: false, newTap: false });
    expect(book.all()).toHaveLength(1);
  });

  it('replaces a case only by a higher revision', () => {
    const book = new CaseBook();
    book.put(aCase('1', { revision: 3, taps: 2 }));
    expect(book.put(aCase('1', { revision: 2, taps: 1 }))).toBe(false);
    expect(book.apply(anEvent('s', 1, aCase('1', { revision: 2, taps: 1 })))).toMatchObject({ first: true, changed: false });
    expect(book.get('1')?.taps).toBe(2);
    expect(book.put(aCase('1', { revision: 4, taps: 3 }))).toBe(true);
    expect(book.get('1')?.taps).toBe(3);
  });

  it('announces a tap, not a change that brings none', () => {
    const book = new CaseBook();
    book.apply(anEvent('s', 1, aCase('1')));
    expect(book.apply(anEvent('s', 2, aCase('1', { revision: 2 }))).newTap).toBe(false);
    expect(book.apply(anEvent('s', 3, aCase('1', { revision: 3, last_tap: 'again' }))).newTap).toBe(true);
  });

  it('drops what a snapshot does not name, but keeps what an event of this dial brought', () => {
    const book = new CaseBook();
    book.put(aCase('old'));
    book.beginDial();
    book.apply(anEvent('s', 1, aCase('new')));
    book.replace([aCase('named')], false);
    expect(book.all().map(({ id }) => id).sort()).toEqual(['named', 'new']);
  });

  it('keeps the higher revision when a snapshot is older than an answer', () => {
    const book = new CaseBook();
    book.put(aCase('1', { revision: 5 }));
    book.replace([aCase('1', { revision: 4 })], false);
    expect(book.get('1')?.revision).toBe(5);
  });

  it('believes the snapshot of a new epoch, whatever the revisions', () => {
    const book = new CaseBook();
    book.apply(anEvent('s', 9, aCase('1', { revision: 5 })));
    book.put(aCase('gone'));
    book.replace([aCase('1', { revision: 2 })], true);
    expect(book.all()).toHaveLength(1);
    expect(book.get('1')?.revision).toBe(2);
  });
});
