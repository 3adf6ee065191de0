import { computed, effect, signal } from '@preact/signals';
import type { Wire } from '../api/types';
import { watch as requests } from './api/watch';
import { session } from './session';

/** The watches are asked for again after this, in milliseconds: what others do is seen soon enough to hand over. */
const ASK_MS = 10_000;

/** The watches as they were last heard of; none before. */
export const watches = signal<readonly Wire['Watch'][] | undefined>(undefined);

/** Why they could not be asked for. */
export const watchesFailed = signal<unknown>(undefined);

/** The shift of whoever is signed in, with its watch; the widest when there are several. */
export const ownShift = computed(() => {
  const person = session.value?.person;
  for (const watch of watches.value ?? []) {
    const shift = watch.shifts.find((one) => one.person.id === person);
    if (shift) return { watch, shift };
  }
  return undefined;
});

/** Asks which watches there are and who is on shift. */
export async function askWatches(): Promise<void> {
  try {
    ({ watches: watches.value } = await requests.watches());
    watchesFailed.value = undefined;
  } catch (why) {
    watchesFailed.value = why;
  }
}

/** Takes a watch as the server said it is now. */
export function heardWatch(changed: Wire['Watch']): void {
  const others = (watches.peek() ?? []).filter(({ id }) => id !== changed.id);
  watches.value = [...others, changed];
  // In the server's order.
  void askWatches();
}

/** Follows the watches as long as somebody who works cases is signed in. Once per page. */
export function startOwnShift(): void {
  const works = computed(() => session.value?.works_cases === true && !session.value.second_factor_required);
  const person = computed(() => session.value?.person);
  effect(() => {
    if (person.value === undefined) watches.value = undefined;
    if (!works.value) return undefined;
    void askWatches();
    const timer = setInterval(() => void askWatches(), ASK_MS);
    return () => clearInterval(timer);
  });
}
