import { signal, type Signal } from '@preact/signals';
import type { Import, OwnWord } from '../../wire';
import type { Unexplained } from './causes';
import { proposed, undecidedColumns, type Choices } from './mapping';

/** How somebody is naming the columns of an import, from the first press until it is sent. */
export interface MappingDraft {
  choices: Signal<Choices>;
  /** Columns that are new in this file, of which nobody has said yet what becomes of them. */
  undecided: Signal<ReadonlySet<number>>;
  kind: Signal<string>;
  office: Signal<string>;
  dates: Signal<string>;
  encoding: Signal<string>;
  own: Signal<readonly OwnWord[]>;
  whole: Signal<boolean>;
  remember: Signal<string>;
}

/** Drafts by import: whoever goes to enter a place comes back to what they had named. */
const drafts = new Map<string, MappingDraft>();

/** The draft of an import: as it was left, else as the columns are named now. */
export function draftOf(one: Import): MappingDraft {
  const held = drafts.get(one.id);
  if (held) return held;
  const { mapping, columns = [] } = one;
  const made: MappingDraft = {
    choices: signal(proposed(columns, mapping)),
    undecided: signal(one.state === 'read' ? undecidedColumns(columns) : new Set()),
    kind: signal(mapping?.kind ?? ''),
    office: signal(mapping?.office ?? one.office ?? ''),
    dates: signal(mapping?.dates ?? ''),
    encoding: signal(mapping?.encoding ?? ''),
    own: signal(mapping?.words ?? []),
    whole: signal(mapping?.whole_list ?? true),
    remember: signal(mapping?.remember_as ?? one.profile ?? ''),
  };
  drafts.set(one.id, made);
  return made;
}

/** Forgets a draft: it was sent, and the server keeps it. */
export function dropDraft(id: string): void {
  drafts.delete(id);
}

/** Puts a word into a draft for somebody to say what it means; one that is there already stays. */
export function explainIn(one: Import, { field, cell }: Unexplained): void {
  const { own } = draftOf(one);
  if (own.peek().some((word) => word.field === field && word.cell === cell)) return;
  own.value = [...own.peek(), { field, cell, means: '' }];
}
