import { computed, effect, signal } from '@preact/signals';
import { countTabs, matches, rowsOf, sortClosed, type Tab } from './cases/order';
import { cases } from './feed';
import { openCase } from './open_case';
import { goToCase, route } from './router';
import { session } from './session';
import type { CaseSummary } from './wire';

/** The tab of the queue. */
export const tab = signal<Tab>('all');
/** What is typed into the filter. */
export const filter = signal('');
/** The row that has the highlight: j and k move it. */
export const activeId = signal<string | undefined>(undefined);
/** Closed cases older than the snapshot, as far as they were loaded. */
export const olderClosed = signal<readonly CaseSummary[]>([]);

/** The dialog on the screen. */
export type Dialog = 'newCase' | 'keys' | 'signOut';
export const dialog = signal<Dialog | undefined>(undefined);

/** The form that is open in the case. */
export type CaseForm = 'note' | 'contact' | 'responder' | 'facts' | 'close' | 'takeOver' | 'call' | 'escalate';
export const caseForm = signal<CaseForm | undefined>(undefined);

/** The rows of the queue, in order. */
export const rows = computed<CaseSummary[]>(() => {
  const me = session.value?.person ?? '';
  const known = rowsOf(tab.value, cases.value, me);
  const all = tab.value === 'closed' ? withOlder(known, olderClosed.value) : known;
  return all.filter((one) => matches(one, filter.value));
});

/** How many untaken cases the filter hides. */
export const untakenHidden = computed(
  () => rowsOf('untaken', cases.value, '').filter((one) => !matches(one, filter.value)).length,
);

/** How many cases each tab has. */
export const counts = computed(() => countTabs(cases.value, session.value?.person ?? ''));

/** Adds the older closed cases that the list does not hold. */
function withOlder(known: CaseSummary[], older: readonly CaseSummary[]): CaseSummary[] {
  if (older.length === 0) return known;
  const open = new Map(cases.value.map((one) => [one.id, one]));
  return sortClosed([...known, ...older.filter(({ id }) => !open.has(id))]);
}

/** The highlighted row, when it is in the list. */
export const activeCase = computed(() => rows.value.find(({ id }) => id === activeId.value));

/** The case a key acts on: the highlighted row while the queue has the focus, otherwise the open case. */
export function target(): CaseSummary | undefined {
  const inQueue = document.activeElement?.closest('[data-queue]') != null;
  const open = openCase.peek()?.summary;
  return inQueue ? (activeCase.peek() ?? open) : (open ?? activeCase.peek());
}

/** How long the highlight rests before the open case follows it, in milliseconds: a held key loads nothing. */
const FOLLOW_MS = 150;
let following: ReturnType<typeof setTimeout> | undefined;

/**
 * Moves the highlight by so many rows; without one it starts at the top. While a case is open it follows the
 * highlight, so that what a key acts on is what is on the screen.
 */
export function moveActive(step: number): void {
  const list = rows.peek();
  const index = list.findIndex(({ id }) => id === activeId.peek());
  const next = list[index < 0 ? 0 : Math.min(list.length - 1, Math.max(0, index + step))];
  if (!next) return;
  activeId.value = next.id;
  clearTimeout(following);
  following = setTimeout(() => {
    const at = route.peek();
    if (at.page === 'case' && at.id !== next.id && activeId.peek() === next.id) goToCase(next.id, true);
  }, FOLLOW_MS);
}

/** Highlights the row of the case that is open. Once per page. */
export function startHighlight(): void {
  effect(() => {
    if (route.value.page === 'case') activeId.value = route.value.id;
  });
}

/** Puts the focus on the open case once it is drawn, unless a form or a dialog has been opened meanwhile. */
export function focusDetail(): void {
  focusOnceDrawn(CASE);
}

/** The open case, in the page. */
const CASE = '[data-detail] h2';
/** The queue's list, in the page. */
export const LIST = '[data-queue] [role=listbox]';

/** Puts the focus on the queue once it is drawn, unless a form or a dialog has been opened meanwhile. */
export function focusQueue(): void {
  focusOnceDrawn(LIST);
}

/** Puts the focus on the open case, or on the queue when none is open: for when what had the focus goes away. */
export function focusWork(): void {
  focusOnceDrawn(CASE, LIST);
}

function focusOnceDrawn(...places: readonly string[]): void {
  requestAnimationFrame(() => {
    // What is typed goes into the form: taking its focus would make shortcuts of the letters.
    if (caseForm.peek() !== undefined || dialog.peek() !== undefined) return;
    const found = places.map((place) => document.querySelector<HTMLElement>(place));
    found.find((one) => one !== null)?.focus();
  });
}
