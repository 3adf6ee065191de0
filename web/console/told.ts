import { computed, effect, signal } from '@preact/signals';
import { settings } from '../ui/platform';
import { audit } from './api/audit';
import { listenToFeed } from './feed';
import { session } from './session';
import type { Notice } from './wire';

/** How long a loud notice is shown to who was not here when it was told, in milliseconds. */
const STILL_NEWS_MS = 24 * 3_600_000;
/** Who has no live feed asks the log this often, in milliseconds. */
const ASK_MS = 60_000;
/** How many read notices are remembered. */
const REMEMBERED = 200;

/** Loud notices as they were told, by event: one reaches a console under several scopes. */
const heard = signal<ReadonlyMap<string, Notice>>(new Map());
const read = signal<readonly string[]>(readBefore());

/** What everybody here must know and this console has not said to have read, the newest first. */
export const told = computed<Notice[]>(() => unread([...heard.value.values()], read.value));

/** Loud notices that were not read yet, the newest first. */
export function unread(notices: readonly Notice[], seen: readonly string[]): Notice[] {
  return notices.filter(({ id, loud }) => loud && !seen.includes(id)).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** Notes that somebody at this console has read it. */
export function markRead(id: string): void {
  read.value = [...read.peek(), id].slice(-REMEMBERED);
  settings.set('told', read.peek().join(' '));
}

function readBefore(): string[] {
  return (settings.get('told') ?? '').split(' ').filter(Boolean);
}

function hear(notices: readonly Notice[]): void {
  const loud = notices.filter((one) => one.loud && !heard.peek().has(one.id));
  if (loud.length > 0) heard.value = new Map([...heard.peek(), ...loud.map((one) => [one.id, one] as const)]);
}

/** What was told before this page was opened, or to who has no live feed; the next asking makes good for a failed one. */
async function askLog(): Promise<void> {
  const page = await audit.page({}).catch(() => undefined);
  const since = Date.now() - STILL_NEWS_MS;
  hear((page?.notices ?? []).filter(({ at }) => Date.parse(at) > since));
}

/** Follows what is told. Once per page. */
export function startTold(): void {
  listenToFeed({ onNotice: ({ notice }) => hear([notice]) });
  const person = computed(() => session.value?.person);
  const asks = computed(() => session.value?.permissions.includes('read_audit') === true);
  const feeds = computed(() => session.value?.works_cases === true);
  effect(() => {
    // What one person was told is not the next one's.
    if (person.value === undefined) heard.value = new Map();
    if (!asks.value) return undefined;
    void askLog();
    if (feeds.value) return undefined;
    const timer = setInterval(() => void askLog(), ASK_MS);
    return () => clearInterval(timer);
  });
}
