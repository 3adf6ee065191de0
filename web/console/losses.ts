import { computed, effect, signal } from '@preact/signals';
import { api } from './api';
import { LossFinder, takeoverSince, type Loss } from './cases/losses';
import { caseById, casesNow, listenToFeed } from './feed';
import { dismissNotice, notice } from './notice';
import { session } from './session';
import type { CaseSummary } from './wire';

/** Cases that were taken over from this operator, the oldest first, until each is dismissed. */
export const losses = signal<readonly Loss[]>([]);

const finder = new LossFinder();

/** Watches for takeovers from whoever is signed in. Once per page. */
export function startLosses(): void {
  listenToFeed({
    onEvent: (event) => tellLoss(finder.event(event, me())),
    onAnswer: (one) => finder.see(one, me()),
    onLive: () => {
      for (const { one, since } of finder.unexplained(caseById, me())) void explainLoss(one, since);
      for (const one of casesNow()) finder.see(one, me());
    },
  });
  const person = computed(() => session.value?.person);
  effect(() => {
    void person.value;
    finder.clear();
    losses.value = [];
  });
}

/** Dismisses what was told of a case. */
export function dismissLoss(id: string): void {
  losses.value = losses.peek().filter((one) => one.id !== id);
}

function me(): string {
  return session.peek()?.person ?? '';
}

function tellLoss(loss: Loss | undefined): void {
  if (!loss) return;
  losses.value = [...losses.peek().filter(({ id }) => id !== loss.id), loss];
  // “You have it.” may still be on the screen, and is no longer so.
  if (notice.peek()?.tone === 'good') dismissNotice();
}

/** The whole list shows another owner: only the timeline says how that came. */
async function explainLoss(one: CaseSummary, since: number): Promise<void> {
  const asked = me();
  try {
    const { case: after, timeline } = await api.case(one.id);
    if (asked === me()) tellLoss(takeoverSince(after, timeline, since));
  } catch {
    // Not known how: that somebody else has it is known, and is told.
    if (asked === me()) tellLoss({ id: one.id, name: one.subject.name, by: one.owner?.name ?? '', reason: undefined });
  }
}
