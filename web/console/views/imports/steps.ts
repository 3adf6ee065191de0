import type { Import, ImportState } from '../../wire';

/** How often an import under way is asked how far it is, in milliseconds. */
export const ASK_MS = 1_000;

/** The steps of an import as a person goes through them. */
export const STEPS = ['file', 'columns', 'check', 'apply', 'reach'] as const;
export type Step = (typeof STEPS)[number];

const STEP: Record<ImportState, Step> = {
  read: 'columns',
  mapped: 'check',
  checking: 'check',
  checked: 'apply',
  applying: 'apply',
  applied: 'reach',
  undoing: 'reach',
  undone: 'reach',
  failed: 'check',
  cancelled: 'file',
};

/** The step that a state is at. */
export function stepOf(state: ImportState): Step {
  return STEP[state];
}

/** Whether the server works on it: its figures change by themselves. */
export function underWay(state: ImportState): boolean {
  return state === 'mapped' || state === 'checking' || state === 'applying' || state === 'undoing';
}

/** How far the present step is, from 0 to 1; none before its length is known. */
export function share({ done, total }: Pick<Import['figures'], 'done' | 'total'>): number | undefined {
  return total === 0 ? undefined : Math.min(1, done / total);
}

/** What may be done to an import now. */
export function may(one: Pick<Import, 'state' | 'applied_at' | 'undone_at'>): { name: boolean; apply: boolean; cancel: boolean; undo: boolean } {
  const { state } = one;
  const begun = one.applied_at != null;
  const stopped = state === 'failed' && begun;
  return {
    name: state === 'read' || state === 'checked' || (state === 'failed' && !begun),
    apply: state === 'checked' || (stopped && one.undone_at == null),
    cancel: ['read', 'mapped', 'checking', 'checked', 'failed'].includes(state) && !begun,
    undo: begun && (state === 'applied' || state === 'failed'),
  };
}

/** Why there is nothing to apply: the list changes nothing, no row can be read, or the rows that can be change nothing. */
export type Idle = 'nothing' | 'allBad' | 'restSame';

/** Whether there is nothing to apply, and why. With rows left out nobody leaves. */
export function idle(figures: Pick<Import['figures'], 'rows' | 'new' | 'changed' | 'returning' | 'leaving' | 'bad_rows'>): Idle | undefined {
  const { rows, bad_rows: bad, leaving } = figures;
  const acts = figures.new + figures.changed + figures.returning + (bad > 0 ? 0 : leaving);
  if (acts > 0) return undefined;
  if (bad === 0) return 'nothing';
  return bad >= rows ? 'allBad' : 'restSame';
}

/** Why a typed number does not confirm how many people leave. */
export type Unconfirmed = 'empty' | 'other';

/** Whether what was typed is the number asked for, in the digits of any language on the screen. */
export function confirmed(typed: string, wanted: number): true | Unconfirmed {
  const plain = typed
    .trim()
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
  if (plain === '') return 'empty';
  return /^\d+$/.test(plain) && Number(plain) === wanted ? true : 'other';
}
