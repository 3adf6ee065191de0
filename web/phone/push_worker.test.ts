import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OWN } from './about';
import { pass } from './fake_device';
import { fakeWorker, MESSAGE, pushOf, told, type Asked } from './fake_push';
import type { Item } from './item';
import { PATIENCE_MS } from './push_worker';
import { ASK_MS } from './summons';
import { WORKER_WORDS } from './words/worker';

const OTHER = '0193a1b2-0000-7000-8000-00000000000b';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-21T22:40:00Z') }));
afterEach(() => void vi.useRealTimers());

/** Nobody answers; the request ends when it is given up. */
const nobody = (): never => {
  throw new TypeError('network');
};
const events = (asked: readonly Asked[]): unknown[] => asked.filter(({ path }) => path === '/v1/woken').map(({ body }) => body);

/** A case as this phone keeps it. */
function kept(reached: 'stored' | 'closed') {
  const at = '2026-11-21T22:40:07Z';
  return { case: { id: 'c1', reference: '1', revision: 1, reached, stored_at: at, last_tap_at: at, facts: {} }, token: 'of-the-case', taps: [], untakenSince: 0 };
}

const tap: Item = { key: 'k', kind: 'not_okay', body: '{}', made: { monotonic: 0, page: 'p', wall: 0 }, tap: 'k', about: OWN };

describe('a push', () => {
  it('shows what the server says it is for, in its language, loudly, until somebody deals with it', async () => {
    const { worker, calls, asked, state } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    expect(events(asked)).toEqual([{ message: MESSAGE, event: 'shown' }]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ body: told().text, lang: 'en', dir: 'ltr', tag: MESSAGE, requireInteraction: true, silent: false });
    expect(calls[0]?.vibrate?.length).toBeGreaterThan(0);
    expect(state.told).toBe(1);
  });

  it('is read from right to left in Arabic', async () => {
    const { worker, calls } = fakeWorker(() => Response.json(told({ text: 'لست بخير', language: 'ar' })));
    await worker.pushed(pushOf(MESSAGE));
    expect(calls[0]).toMatchObject({ lang: 'ar', dir: 'rtl' });
  });

  it('asks the server without any credential', async () => {
    const { worker, asked } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    expect(asked.map(({ authorization }) => authorization)).toEqual([null]);
  });

  it('that comes twice has one card, which sounds once and is left alone', async () => {
    const { worker, calls, screen, store } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    await worker.pushed(pushOf(MESSAGE));
    expect(calls.map(({ tag, silent }) => [tag, silent])).toEqual([[MESSAGE, false]]);
    expect(screen.size).toBe(1);
    expect(store.value).toHaveLength(1);
  });

  it('that comes again after somebody took its card away shows something, as browsers demand, quietly', async () => {
    const { worker, calls, screen } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    screen.clear();
    await worker.pushed(pushOf(MESSAGE));
    expect(calls.map(({ tag, silent }) => [tag, silent])).toEqual([[MESSAGE, false], [MESSAGE, true]]);
    expect(calls[1]).not.toHaveProperty('vibrate');
  });

  it('that comes too late shows quietly what the server says, and does not stay', async () => {
    const { worker, calls, store } = fakeWorker(() => Response.json(told({ text: 'It is over.', current: false })));
    await worker.pushed(pushOf(MESSAGE));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ body: 'It is over.', silent: true, requireInteraction: false });
    expect(store.value?.[0]?.over).toBe(true);
  });

  it('of which the server knows nothing any more is over', async () => {
    const { worker, calls } = fakeWorker(() => Response.json({ code: 'not_found', detail: '' }, { status: 404 }));
    await worker.pushed(pushOf(MESSAGE));
    expect(calls[0]).toMatchObject({ body: WORKER_WORDS.en.over, silent: true, requireInteraction: false });
  });

  it('of a later step that says the same takes the place of the earlier one, and sounds', async () => {
    const { worker, calls, screen, store } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    await worker.pushed(pushOf(OTHER));
    expect([...screen.keys()]).toEqual([OTHER]);
    expect(calls.map(({ silent }) => silent)).toEqual([false, false]);
    expect(store.value?.map(({ message, away }) => [message, away])).toEqual([[OTHER, false], [MESSAGE, true]]);
  });

  it.each([
    ['in order', [MESSAGE, OTHER]],
    ['the later one first', [OTHER, MESSAGE]],
  ])('of two steps at once leaves one card: %s', async (_, order) => {
    const answers = new Map<string, (response: Response) => void>();
    const { worker, screen } = fakeWorker(({ body }) => {
      const { message } = body as { message: string };
      if (answers.has(message)) return Response.json(told());
      return new Promise((done) => answers.set(message, done));
    });
    const both = [worker.pushed(pushOf(MESSAGE)), worker.pushed(pushOf(OTHER))];
    await pass(0);
    for (const message of order) answers.get(message)?.(Response.json(told()));
    await Promise.all(both);
    expect([...screen.keys()]).toEqual([OTHER]);
  });

  it('of which both copies come at once sounds once', async () => {
    const { worker, calls, screen } = fakeWorker(() => Response.json(told()));
    await Promise.all([worker.pushed(pushOf(MESSAGE)), worker.pushed(pushOf(MESSAGE))]);
    expect(calls.map(({ silent }) => silent)).toEqual([false]);
    expect([...screen.keys()]).toEqual([MESSAGE]);
  });

  it('waits for no picture, which browsers would fetch from the server first', async () => {
    const { worker, calls } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    expect(Object.keys(calls[0] ?? {})).not.toContain('icon');
  });

  it('about something else stands beside the earlier one', async () => {
    const { worker, screen } = fakeWorker(({ body }) => Response.json(told({ text: (body as { message: string }).message })));
    await worker.pushed(pushOf(MESSAGE));
    await worker.pushed(pushOf(OTHER));
    expect([...screen.keys()]).toEqual([MESSAGE, OTHER]);
  });

  it('takes away what an earlier one showed, once that is over', async () => {
    const { worker, screen } = fakeWorker(({ body }) => {
      const { message } = body as { message: string };
      return Response.json(told({ current: message === OTHER || !closed }));
    });
    let closed = false;
    await worker.pushed(pushOf(MESSAGE));
    expect([...screen.keys()]).toEqual([MESSAGE]);
    closed = true;
    await worker.pushed(pushOf(OTHER));
    expect([...screen.keys()]).toEqual([OTHER]);
  });
});

describe('without the server', () => {
  it('the phone sounds all the same, in its own language, and asks again later', async () => {
    const { worker, calls, store, state } = fakeWorker(nobody);
    state.language = 'ar';
    await worker.pushed(pushOf(MESSAGE));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ body: WORKER_WORDS.ar.general, dir: 'rtl', silent: false, requireInteraction: true, tag: MESSAGE });
    expect(store.value?.[0]).toMatchObject({ message: MESSAGE, unheard: 'shown', over: false });
    expect(state.later).toBe(1);
  });

  it.each([
    ['a sign-in page answers', () => new Response('<html>', { status: 200 })],
    ['a page of somebody else is not found', () => new Response('<html>', { status: 404 })],
    ['the server is in trouble', () => Response.json({ code: 'busy', detail: '' }, { status: 503 })],
  ])('%s: the same', async (_, answer) => {
    const { worker, calls, store } = fakeWorker(answer);
    await worker.pushed(pushOf(MESSAGE));
    expect(calls.map(({ body, silent }) => [body, silent])).toEqual([[WORKER_WORDS.en.general, false]]);
    expect(store.value?.[0]?.unheard).toBe('shown');
  });

  it('it sounds after five seconds, and what the server says then takes its place without ending the sound', async () => {
    let answer: (response: Response) => void = () => undefined;
    const { worker, calls, screen } = fakeWorker(() => new Promise((done) => (answer = done)));
    const done = worker.pushed(pushOf(MESSAGE));
    await pass(PATIENCE_MS - 1);
    expect(calls).toEqual([]);
    await pass(1);
    expect(calls.map(({ body, silent }) => [body, silent])).toEqual([[WORKER_WORDS.en.general, false]]);
    answer(Response.json(told()));
    await done;
    expect(screen.get(MESSAGE)).toMatchObject({ body: told().text, silent: false, requireInteraction: true });
    expect(screen.size).toBe(1);
    expect(Object.keys(calls[1] ?? {})).not.toContain('renotify');
  });

  it('a request is given up before the browser ends the worker', async () => {
    const { worker, asked } = fakeWorker(() => new Promise(() => undefined));
    void worker.pushed(pushOf(MESSAGE));
    await pass(0);
    expect(asked).toHaveLength(1);
    expect(ASK_MS).toBeLessThan(30_000);
  });

  it('what it did not hear is told when it is there again', async () => {
    let there = false;
    const { worker, asked, store } = fakeWorker(() => (there ? Response.json(told()) : nobody()));
    await worker.pushed(pushOf(MESSAGE));
    await expect(worker.review()).rejects.toThrow(/has not heard/);
    there = true;
    await worker.review();
    expect(events(asked).at(-1)).toEqual({ message: MESSAGE, event: 'shown' });
    expect(store.value?.[0]).toMatchObject({ unheard: undefined, said: { text: told().text } });
  });

  it('a push that is none of ours shows something, as browsers demand', async () => {
    const { worker, calls, asked } = fakeWorker(nobody);
    for (const text of [undefined, '', 'null', '{"m":1}', '{"m":"../../x"}']) await worker.pushed(text);
    expect(calls.map(({ body }) => body)).toEqual(Array(5).fill(WORKER_WORDS.en.general));
    expect(asked).toEqual([]);
  });
});

describe('while an alarm of this phone is open', () => {
  it.each([
    ['its case is not closed', { cases: [kept('stored')], waiting: [] }],
    ['it is not sent yet', { cases: [], waiting: [tap] }],
  ])('nothing sounds or vibrates: %s', async (_, here) => {
    const { worker, calls, state } = fakeWorker(({ path }) => Response.json(path === '/v1/my-case' ? kept('stored').case : told()));
    Object.assign(state, here);
    await worker.pushed(pushOf(MESSAGE));
    expect(calls[0]).toMatchObject({ body: told().text, silent: true, requireInteraction: true });
    expect(calls[0]).not.toHaveProperty('vibrate');
  });

  it('nothing sounds without the server either', async () => {
    const { worker, calls, state } = fakeWorker(nobody);
    state.cases = [kept('stored')];
    await worker.pushed(pushOf(MESSAGE));
    expect(calls.map(({ body, silent }) => [body, silent])).toEqual([[WORKER_WORDS.en.general, true]]);
  });

  it('it sounds again once the server says that the case is closed, though this phone did not know', async () => {
    const { worker, calls, state, asked } = fakeWorker(({ path }) => Response.json(path === '/v1/my-case' ? kept('closed').case : told()));
    state.cases = [kept('stored')];
    await worker.pushed(pushOf(MESSAGE));
    expect(asked.find(({ path }) => path === '/v1/my-case')?.authorization).toBe('Case of-the-case');
    expect(calls[0]?.silent).toBe(false);
  });

  it('a closed one silences nothing', async () => {
    const { worker, calls, state, asked } = fakeWorker(() => Response.json(told()));
    state.cases = [kept('closed')];
    await worker.pushed(pushOf(MESSAGE));
    expect(calls[0]?.silent).toBe(false);
    expect(asked.map(({ path }) => path)).toEqual(['/v1/woken']);
  });
});

describe('a press on the card', () => {
  it('is told to the server', async () => {
    const { worker, asked } = fakeWorker(() => Response.json(told()));
    await worker.pushed(pushOf(MESSAGE));
    await worker.opened(MESSAGE);
    expect(events(asked)).toEqual([{ message: MESSAGE, event: 'shown' }, { message: MESSAGE, event: 'opened' }]);
  });

  it('is told later when the server cannot be reached', async () => {
    const { worker, store, state } = fakeWorker(nobody);
    await worker.pushed(pushOf(MESSAGE));
    await worker.opened(MESSAGE);
    expect(store.value?.[0]?.unheard).toBe('opened');
    expect(state.later).toBe(2);
  });
});
