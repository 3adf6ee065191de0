import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeDevice, pass } from './fake_device';
import { inMemory, inTurn, MESSAGE, told } from './fake_push';
import { SummonsBook, SUMMONS_MAX, type Summons } from './summons';
import { REVIEW_MS, SummonsList } from './summons_list';

const NOW = Date.parse('2026-11-21T22:40:00Z');
const DAY_MS = 24 * 60 * 60 * 1_000;

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

function page(answer: () => Response) {
  const asked: unknown[] = [];
  const device = fakeDevice(async (_, init) => {
    asked.push(JSON.parse(String(init.body)));
    return answer();
  });
  const store = inMemory<readonly Summons[]>();
  const book = new SummonsBook({ device, store, alone: inTurn() });
  const closed: string[] = [];
  const state = { visible: true };
  const list = new SummonsList({ book, device, visible: () => state.visible, close: async (message) => void closed.push(message) });
  return { list, book, store, asked, closed, state };
}

describe('the page of a woken phone', () => {
  it('shows what the worker noted, with the time by the server’s clock', async () => {
    const { list, book } = page(() => Response.json(told(), { headers: { Date: 'Sat, 21 Nov 2026 22:39:30 GMT' } }));
    await book.report(MESSAGE, 'shown');
    await pass(60_000);
    await list.look();
    expect(list.shown.value).toMatchObject([{ message: MESSAGE, said: { text: told().text }, at: NOW - 30_000 }]);
  });

  it('learns what a message was for that came without the server', async () => {
    let there = false;
    const { list, book } = page(() => (there ? Response.json(told()) : Response.error()));
    await book.report(MESSAGE, 'shown');
    await list.look();
    expect(list.shown.value).toMatchObject([{ said: undefined }]);
    there = true;
    await pass(REVIEW_MS);
    expect(list.shown.value).toMatchObject([{ said: { text: told().text }, unheard: undefined }]);
  });

  it('shows it no more once it is over, nor does the worker', async () => {
    let current = true;
    const { list, book, closed } = page(() => Response.json(told({ current })));
    await book.report(MESSAGE, 'shown');
    await list.look();
    current = false;
    await pass(REVIEW_MS);
    expect(list.shown.value).toEqual([]);
    expect(closed).toEqual([MESSAGE]);
  });

  it('puts it away by a press, for good, and tells the server that somebody did', async () => {
    const { list, book, closed, asked } = page(() => Response.json(told()));
    await book.report(MESSAGE, 'shown');
    await list.look();
    await list.putAway(MESSAGE);
    expect(asked.at(-1)).toEqual({ message: MESSAGE, event: 'opened' });
    expect(closed).toEqual([MESSAGE]);
    const before = asked.length;
    await list.look();
    expect(list.shown.value).toEqual([]);
    expect(asked).toHaveLength(before);
  });

  it('claims nothing as shown while nobody can see it', async () => {
    const { list, book, asked, state } = page(() => Response.json(told()));
    await book.report(MESSAGE, 'shown');
    state.visible = false;
    await list.look();
    await pass(10 * REVIEW_MS);
    expect(asked).toHaveLength(1);
    expect(list.shown.value).toHaveLength(1);
  });

  it('keeps a bounded number of them, for a day', async () => {
    const { book } = page(() => Response.json(told()));
    for (let n = 0; n < SUMMONS_MAX + 5; n += 1) await book.report(`${n}`, 'shown');
    const all = await book.all();
    expect([all.length, all[0]?.message]).toEqual([SUMMONS_MAX, `${SUMMONS_MAX + 4}`]);
    await pass(DAY_MS);
    expect(await book.all()).toEqual([]);
  });

  it('forgets all when the phone changes hands', async () => {
    const { list, book, store, closed } = page(() => Response.json(told()));
    await book.report(MESSAGE, 'shown');
    await list.look();
    await list.forget();
    expect([list.shown.value, store.value, closed]).toEqual([[], undefined, [MESSAGE]]);
  });
});
