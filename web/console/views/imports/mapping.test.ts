import { describe, expect, it } from 'vitest';
import type { ImportColumn, ImportMapping } from '../../wire';
import { blamedColumn, chosen, faultsOf, mappedColumns, proposed, wholeWords } from './mapping';

const COLUMNS: ImportColumn[] = [
  { column: 0, letter: 'A', heading: 'Staff ID', suggested: 'external_id' },
  { column: 1, letter: 'B', heading: 'Favourite drink' },
  { column: 2, letter: 'C', heading: 'Full name', suggested: 'name' },
];

describe('what is proposed', () => {
  it('is what the headings suggest, without columns that say nothing', () => {
    expect(proposed(COLUMNS, undefined)).toEqual({ 0: 'external_id', 2: 'name' });
  });

  it('is the mapping that the server keeps, where there is one', () => {
    const kept: ImportMapping = { columns: [{ column: 1, field: 'job_title' }], whole_list: true };
    expect(proposed(COLUMNS, kept)).toEqual({ 1: 'job_title' });
  });
});

describe('naming a column', () => {
  it('changes that column alone, and leaves it out again', () => {
    const named = chosen(proposed(COLUMNS, undefined), 1, 'job_title');
    expect(named).toEqual({ 0: 'external_id', 1: 'job_title', 2: 'name' });
    expect(chosen(named, 1, undefined)).toEqual({ 0: 'external_id', 2: 'name' });
  });

  it('sends the columns in the order of the file', () => {
    expect(mappedColumns({ 10: 'name', 2: 'email' })).toEqual([
      { column: 2, field: 'email' },
      { column: 10, field: 'name' },
    ]);
  });
});

describe('what stands against it', () => {
  it('is nothing for a list with names and identifiers', () => {
    expect(faultsOf({ 0: 'external_id', 2: 'name' })).toEqual([]);
  });

  it('is a field in two columns, but not a number', () => {
    expect(faultsOf({ 0: 'email', 1: 'email', 2: 'name' })).toEqual([{ kind: 'twice', field: 'email', columns: [0, 1] }]);
    expect(faultsOf({ 0: 'mobile', 1: 'mobile', 2: 'family_name' })).toEqual([]);
  });

  it('is a list without names, or without anything to know people again by', () => {
    expect(faultsOf({ 0: 'external_id' })).toEqual([{ kind: 'nobody' }]);
    expect(faultsOf({ 0: 'name' })).toEqual([{ kind: 'unknown_again' }]);
  });
});

describe('the column an error blames', () => {
  const sent = mappedColumns({ 4: 'name', 7: 'email' });

  it('is found among those that were sent', () => {
    expect(blamedColumn('/columns/1/field', sent)).toBe(7);
  });

  it('is none for an error about the whole mapping', () => {
    expect(blamedColumn('/columns', sent)).toBeUndefined();
    expect(blamedColumn('/columns/9/field', sent)).toBeUndefined();
    expect(blamedColumn(undefined, sent)).toBeUndefined();
  });
});

describe('words of the list’s own', () => {
  it('count when both sides are said, without blanks around them', () => {
    const word = (cell: string, means: string) => ({ field: 'office' as const, cell, means });
    expect(wholeWords([word(' NBO ', 'Kenya '), word('', 'Kenya'), word('JUB', ' ')])).toEqual([word('NBO', 'Kenya')]);
  });

  it('must say of each new column what becomes of it', () => {
    const choices = { 0: 'name', 1: 'email' } as const;
    expect(faultsOf(choices, new Set([3, 2]))).toEqual([{ kind: 'undecided', columns: [2, 3] }]);
    expect(faultsOf(choices, new Set())).toEqual([]);
  });
});
