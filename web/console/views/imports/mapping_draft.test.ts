import { describe, expect, it } from 'vitest';
import type { Import } from '../../wire';
import { draftOf, dropDraft, explainIn } from './mapping_draft';

const figures = {} as Import['figures'];
const column = (at: number, heading: string, more: object = {}) => ({ column: at, letter: 'ABC'[at] ?? '', heading, ...more });
const read = (part: Partial<Import> = {}): Import => ({
  id: crypto.randomUUID(),
  organisation: 'o',
  file_name: 'list.csv',
  state: 'read',
  format: 'csv',
  figures,
  created_at: '2026-11-22T00:00:00Z',
  columns: [column(0, 'Name', { suggested: 'name' }), column(1, 'Mail', { suggested: 'email' }), column(2, 'Shoe size', { new: true })],
  ...part,
});

describe('columns that are being named', () => {
  it('are as they were left, until they are sent', () => {
    const one = read();
    draftOf(one).choices.value = { 0: 'name' };
    draftOf(one).remember.value = 'Personnel';
    expect(draftOf(one).choices.value).toEqual({ 0: 'name' });
    expect(draftOf(one).remember.value).toBe('Personnel');
    dropDraft(one.id);
    expect(draftOf(one).remember.value).toBe('');
  });

  it('begin with what was sent, all of it', () => {
    const mapping = { columns: [{ column: 1, field: 'email' as const }], words: [{ field: 'kind' as const, cell: 'Expat', means: 'international' }], whole_list: false, remember_as: 'HR' };
    const draft = draftOf(read({ state: 'checked', mapping }));
    expect(draft.choices.value).toEqual({ 1: 'email' });
    expect([draft.own.value.length, draft.whole.value, draft.remember.value]).toEqual([1, false, 'HR']);
    expect(draft.undecided.value.size).toBe(0);
  });

  it('ask about each column that a remembered way does not know, and remember the answer under its name', () => {
    const draft = draftOf(read({ profile: 'HR' }));
    expect([...draft.undecided.value]).toEqual([2]);
    expect(draft.remember.value).toBe('HR');
  });

  it('take up a word to explain, once', () => {
    const one = read();
    explainIn(one, { field: 'office', cell: 'Kabul 2' });
    explainIn(one, { field: 'office', cell: 'Kabul 2' });
    expect(draftOf(one).own.value).toEqual([{ field: 'office', cell: 'Kabul 2', means: '' }]);
  });
});
