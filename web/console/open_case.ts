import { computed, effect, signal } from '@preact/signals';
import { api } from './api';
import { caseById, feed, listenToFeed, takeCase } from './feed';
import { route } from './router';
import type { CaseSummary, PhoneNumber, TimelineEntry } from './wire';

/** What is known of the open case beyond its row. */
export interface OpenCaseState {
  id: string;
  status: 'loading' | 'loaded' | 'failed';
  phones: readonly PhoneNumber[];
  timeline: readonly TimelineEntry[];
}

const state = signal<OpenCaseState | undefined>(undefined);

/** The case on the right, with its row in the newest revision. */
export const openCase = computed<{ detail: OpenCaseState; summary: CaseSummary | undefined } | undefined>(() => {
  const detail = state.value;
  return detail && { detail, summary: caseById(detail.id) };
});

/** Lets the open case follow the address and the feed. Once per page. */
export function startOpenCase(): void {
  effect(() => {
    const at = route.value;
    const id = at.page === 'case' ? at.id : undefined;
    if (id === state.peek()?.id) return;
    state.value = id === undefined ? undefined : { id, status: 'loading', phones: [], timeline: [] };
    if (id !== undefined) void load(id);
  });
  listenToFeed({
    onEvent: ({ case: { id }, entry }) => {
      if (id === state.peek()?.id) add([entry]);
    },
    onLive: reload,
  });
}

/** Loads the open case again: after a reconnection, a failure, or a write while the feed is not live. */
export function reload(): void {
  const id = state.peek()?.id;
  if (id !== undefined) void load(id);
}

/** After a write: the feed brings the timeline's new line; without it the case is asked for. */
export function afterWrite(after: CaseSummary): void {
  takeCase(after);
  if (feed.peek().phase !== 'live') reload();
}

async function load(id: string): Promise<void> {
  try {
    const detail = await api.case(id);
    takeCase(detail.case);
    const current = state.peek();
    if (current?.id !== id) return;
    state.value = { ...current, status: 'loaded', phones: detail.phones };
    add(detail.timeline);
  } catch {
    const current = state.peek();
    if (current?.id === id && current.status === 'loading') state.value = { ...current, status: 'failed' };
  }
}

function add(entries: readonly TimelineEntry[]): void {
  const current = state.peek();
  if (current) state.value = { ...current, timeline: mergeTimeline(current.timeline, entries) };
}

/** The lines of both, each once, oldest first. */
export function mergeTimeline(
  known: readonly TimelineEntry[],
  more: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !ids.has(id));
  return fresh.length === 0 ? known : [...known, ...fresh].sort((a, b) => a.revision - b.revision);
}
