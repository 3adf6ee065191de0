import { computed, effect, signal } from '@preact/signals';
import { isUntaken } from './cases/order';
import { feed, listenToFeed } from './feed';
import { words } from './i18n';
import type { CaseSummary } from './wire';

/** What a screen reader is told at once: new alarms, one sentence each, and that a lost feed is back. */
export const announcement = signal('');

/** Announces every new tap that comes while the feed is live. Once per page. */
export function startAnnouncer(): void {
  listenToFeed({
    onEvent: ({ case: one }, newTap) => {
      if (newTap && feed.peek().phase === 'live') announcement.value = sentence(one);
    },
  });
  const trusted = computed(() => feed.value.freshness === 'fresh');
  let lost = false;
  effect(() => {
    if (trusted.value && lost) announcement.value = words().banner.back;
    lost = !trusted.value && feed.peek().freshness !== 'connecting';
  });
}

function sentence(one: CaseSummary): string {
  const { queue } = words();
  const { name, duty_station, office } = one.subject;
  if (one.taps > 1 || !isUntaken(one)) return queue.newTap(name);
  return queue.newAlarm(name, duty_station ?? office ?? one.facts.place ?? queue.notInRegister);
}
