import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OWN } from './about';
import { exchange } from './exchange';
import { fakeDevice, pass } from './fake_device';
import { makeTap } from './item';
import { Line } from './line';
import { Outbox, type Waiting } from './outbox';

const CASE = { id: 'c1', revision: 1, reached: 'stored', stored_at: '2026-11-21T22:40:07Z', facts: {} };
const STORED = { stored_at: CASE.stored_at, case_token: 'token', joined: false, case: CASE };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A phone that was connected a moment ago, joined as the app joins it. */
function phone(answer: (signal: AbortSignal | null | undefined) => Promise<Response>) {
  const waiting = signal<readonly Waiting[]>([]);
  const line = new Line(waiting);
  const shown: string[] = [];
  line.reach.subscribe((reach) => shown.push(reach));
  const device = fakeDevice((_, init) => answer(init.signal));
  const outbox: Outbox = new Outbox({
    device,
    keeper: { put: async () => undefined, remove: async () => undefined, all: async () => [] },
    credential: () => 'Distress cap',
    send: (...attempt) => line.follow(exchange(device, ...attempt)),
    silent: () => line.sendFailed(),
    changed: () => (waiting.value = outbox.waiting.map((one) => ({ ...one }))),
    settled: () => undefined,
  });
  line.heard(true);
  return { line, outbox, shown, hold: () => outbox.add(makeTap(device, OWN, {})) };
}

const reply = (status: number, body: unknown): Promise<Response> => Promise.resolve(Response.json(body, { status }));

describe('the connection line', () => {
  it('is lost as soon as a send fails, and connected again only once it is stored', async () => {
    let up = false;
    const { line, hold } = phone(() => (up ? reply(201, STORED) : Promise.reject(new TypeError('no network'))));
    hold();
    await pass(0);
    expect(line.reach.value).toBe('lost');
    line.heard(true);
    expect(line.reach.value).toBe('behind');
    up = true;
    await pass(2_000);
    expect(line.reach.value).toBe('reached');
  });

  it('does not take turns between two sentences while reads are answered and sends are not', async () => {
    const { line, hold, shown } = phone(() => Promise.reject(new TypeError('blocked')));
    hold();
    await pass(0);
    line.heard(true);
    const before = shown.length;
    for (let times = 0; times < 20; times += 1) {
      await pass(1_500);
      line.heard(true);
    }
    expect(shown.slice(before)).toEqual([]);
    line.heard(false);
    expect(line.reach.value).toBe('lost');
  });

  it('is lost when a send has had no answer for 10 s', async () => {
    const { line, hold } = phone(() => new Promise(() => undefined));
    hold();
    await pass(9_999);
    expect(line.reach.value).toBe('reached');
    await pass(1);
    expect(line.reach.value).toBe('lost');
  });

  it('says that something is not stored while the server is busy', async () => {
    const { line, hold } = phone(() => reply(503, { code: 'busy', detail: 'try again' }));
    hold();
    await pass(0);
    expect(line.reach.value).toBe('behind');
  });

  it('is lost when a sign-in page answers in the server’s place', async () => {
    const { line, hold } = phone(() => Promise.resolve(new Response('<html>Welcome to Airport Wi-Fi</html>', { status: 200 })));
    hold();
    await pass(0);
    expect(line.reach.value).toBe('lost');
  });

  it('is not lost because somebody else brought the tap and this attempt was broken off', async () => {
    const { line, outbox, hold } = phone(
      (stop) => new Promise((_, fail) => stop?.addEventListener('abort', () => fail(stop.reason as Error))),
    );
    hold();
    outbox.forget(outbox.waiting[0]?.item.key ?? '');
    await pass(0);
    expect(line.reach.value).toBe('reached');
  });
});
