import type { Wire } from '../api/types';
import { fakeDevice } from './fake_device';
import type { Item } from './item';
import type { KeptCase } from './cases';
import { mustBeSilent } from './hush';
import { PushWorker, type Card } from './push_worker';
import { SummonsBook, type Summons, type SummonsStore } from './summons';

/** A message's identifier. */
export const MESSAGE = '0193a1b2-0000-7000-8000-00000000000a';

/** The push that carries a message. */
export const pushOf = (message: string): string => JSON.stringify({ m: message });

/** What the server says of a message. */
export const told = (change: Partial<Wire['WokenFor']> = {}): Wire['WokenFor'] => ({
  text: 'MUSTER: NOT OK 12 KE. Nobody has taken it yet.',
  language: 'en',
  current: true,
  ...change,
});

/** A request, as the fake server sees it. */
export interface Asked {
  path: string;
  body: unknown;
  authorization: string | null;
}

/** A record in memory. */
export function inMemory<T>(first?: T): { value: T | undefined; load: () => Promise<T | undefined>; save: (value: T) => Promise<void>; remove: () => Promise<void> } {
  const record = {
    value: first,
    load: async () => record.value,
    save: async (value: T) => void (record.value = value),
    remove: async () => void (record.value = undefined),
  };
  return record;
}

/** One after the other, as browsers' locks do. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

/** A worker whose server, cases and screen the test has in hand. Call `vi.useFakeTimers()` first. */
export function fakeWorker(answer: (asked: Asked) => Promise<Response> | Response) {
  const asked: Asked[] = [];
  const device = fakeDevice(async (path, init) => {
    const one = { path, body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined, authorization: new Headers(init.headers).get('Authorization') };
    asked.push(one);
    return answer(one);
  });
  const store: SummonsStore & { value: readonly Summons[] | undefined } = inMemory<readonly Summons[]>();
  const book = new SummonsBook({ device, store, alone: inTurn() });
  const state = { waiting: [] as Item[], cases: [] as KeptCase[], language: 'en' as 'en' | 'ar', later: 0, told: 0 };
  /** Every call of `showNotification`. */
  const calls: Card[] = [];
  /** What is on the screen now, by its tag. */
  const screen = new Map<string, Card>();
  const worker = new PushWorker({
    book,
    silent: () => mustBeSilent({ device, waiting: async () => state.waiting, cases: async () => state.cases }),
    language: async () => state.language,
    mayShow: () => true,
    show: async (title, card) => {
      calls.push(card);
      screen.set(card.tag ?? title, card);
    },
    isShown: async (tag) => screen.has(tag),
    close: async (tag) => void screen.delete(tag),
    tell: () => void (state.told += 1),
    later: () => void (state.later += 1),
    after: (ms, action) => device.after(ms, action),
  });
  return { worker, book, store, asked, state, calls, screen };
}
