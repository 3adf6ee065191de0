import { signal } from '@preact/signals';
import { isUntaken } from './cases/order';
import { feed, listenToFeed } from './feed';
import { words } from './i18n';
import type { CaseSummary } from './wire';

/** What a screen reader is told at once: new alarms, one sentence each. */
export const announcement = signal('');

/** Announces every new tap that comes while the feed is live. Once per page. */
export function startAnnouncer(): void {
  listenToFeed({
    onEvent: ({ case: one }, newTap) => {
      if (newTap && feed.peek().phase === 'live') announcement.value = sentence(one);
    },
  });
}

function sentence(one: CaseSummary): string {
  const { queue } = words();
  const { name, duty_station, office } = one.subject;
  if (one.taps > 1 || !isUntaken(one)) return queue.newTap(name);
  return queue.newAlarm(name, duty_station ?? office ?? one.facts.place ?? queue.notInRegister);
}
