import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OWN } from './about';
import { exchange, type Verdict } from './exchange';
import { fakeDevice, pass } from './fake_device';
import { makeAddition, makeTap, type Item } from './item';
import { Outbox, POSITIONS_MAX, type Keeper } from './outbox';

const CASE = {
  id: '0199',
  reference: '1042',
  revision: 1,
  reached: 'stored' as const,
  stored_at: '2026-11-21T22:40:07Z',
  last_tap_at: '2026-11-21T22:40:07Z',
  facts: {},
};
const STORED = { stored_at: CASE.stored_at, case_token: 'token', joined: false, case: CASE };

interface Sent {
  path: string;
  key: string;
  body: string;
  age: number;
  authorization: string;
}

type Answer = (sent: Sent, signal: AbortSignal) => Promise<Response>;

const reply = (status: number, body: unknown): Promise<Response> => Promise.resolve(Response.json(body, { status }));
const never = (): Promise<never> => new Promise(() => undefined);

class Memory implements Keeper {
  readonly rows = new Map<string, Item>();
  put = async (item: Item): Promise<void> => void this.rows.set(item.key, item);
  remove = async (key: string): Promise<void> => void this.rows.delete(key);
  all = async (): Promise<Item[]> => [...this.rows.values()];
}

function phone(answer: Answer, keeper: Keeper = new Memory()) {
  const sent: Sent[] = [];
  const device = fakeDevice((path, init) => {
    const headers = new Headers(init.headers);
    const one: Sent = {
      path,
      key: headers.get('Idempotency-Key') ?? '',
      body: String(init.body),
      age: Number(headers.get('Muster-Age-Ms')),
      authorization: headers.get('Authorization') ?? '',
    };
    sent.push(one);
    return answer(one, init.signal ?? new AbortController().signal);
  });
  const settled: { item: Item; verdict: Verdict }[] = [];
  const tokens = new Map<string, string>();
  const outbox = new Outbox({
    device,
    keeper,
    credential: (item, refusals) =>
      item.kind === 'not_okay' ? (refusals % 2 === 0 ? 'Distress cap' : 'Bearer old') : tokens.get(item.tap),
    send: (item, authorization, age, signal) => exchange(device, item, authorization, age, signal),
    silent: () => undefined,
    changed: () => undefined,
    settled: (item, verdict) => {
      settled.push({ item, verdict });
      if (verdict.kind === 'stored') tokens.set(item.tap, `Case ${verdict.stored.case_token}`);
    },
  });
  const tap = (): Item => makeTap(device, OWN, {});
  return { sent, device, settled, tokens, outbox, tap, keeper };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the outbox', () => {
  it('has the request on the line before the call that adds a tap returns', () => {
    const { outbox, tap, sent } = phone(never);
    outbox.add(tap());
    expect(sent).toHaveLength(1);
  });

  it('asks the store only after the request has started', () => {
    const order: string[] = [];
    const keeper: Keeper = { put: () => (order.push('store'), never()), remove: never, all: async () => [] };
    const { outbox, tap } = phone(() => (order.push('send'), never()), keeper);
    outbox.add(tap());
    expect(order).toEqual(['send', 'store']);
  });

  it('sends one key and one body through five 503s, with an age that grows, and is stored once', async () => {
    let tries = 0;
    const { outbox, tap, sent, settled } = phone(() =>
      (tries += 1) <= 5 ? reply(503, { code: 'busy', detail: 'try again' }) : reply(201, STORED),
    );
    outbox.add(tap());
    await pass(1_000 + 2_000 + 4_000 + 8_000 + 16_000);
    expect(sent).toHaveLength(6);
    expect(new Set(sent.map((one) => one.key)).size).toBe(1);
    expect(new Set(sent.map((one) => one.body)).size).toBe(1);
    expect(sent.map((one) => one.age)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
    expect(settled.map(({ verdict }) => verdict.kind)).toEqual(['stored']);
    await pass(120_000);
    expect(sent).toHaveLength(6);
  });

  it('sends and retries while the store never answers, and never says that it kept the tap', async () => {
    const keeper: Keeper = { put: never, remove: never, all: never };
    let up = false;
    const { outbox, tap, settled } = phone(() => (up ? reply(201, STORED) : Promise.reject(new Error('no net'))), keeper);
    outbox.add(tap());
    await pass(1_999);
    expect(outbox.waiting[0]?.kept).toBe('keeping');
    await pass(1);
    expect(outbox.waiting[0]?.kept).toBe('not_kept');
    up = true;
    await pass(30_000);
    expect(settled).toHaveLength(1);
    expect(outbox.waiting).toHaveLength(0);
  });

  it('says that a tap is not kept when the store throws at once', async () => {
    const keeper: Keeper = {
      put: () => {
        throw new Error('gone');
      },
      remove: never,
      all: never,
    };
    const { outbox, tap, sent } = phone(never, keeper);
    outbox.add(tap());
    await pass(0);
    expect(sent).toHaveLength(1);
    expect(outbox.waiting[0]?.kept).toBe('not_kept');
  });

  it('tries again after 10 s without an answer, and still believes the first answer when it comes', async () => {
    const answers: ((response: Response) => void)[] = [];
    const { outbox, tap, sent, settled } = phone(() => new Promise((done) => answers.push(done)));
    outbox.add(tap());
    await pass(10_999);
    expect(sent).toHaveLength(1);
    await pass(1);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.key).toBe(sent[0]?.key);
    answers[0]?.(Response.json(STORED, { status: 201 }));
    await pass(0);
    expect(settled).toHaveLength(1);
    await pass(60_000);
    expect(sent).toHaveLength(2);
  });

  it('gives an attempt up after 30 s', async () => {
    const signals: AbortSignal[] = [];
    const { outbox, tap } = phone((_, signal) => (signals.push(signal), never()));
    outbox.add(tap());
    await pass(29_999);
    expect(signals[0]?.aborted).toBe(false);
    await pass(1);
    expect(signals[0]?.aborted).toBe(true);
  });

  it('keeps a tap that is refused, tries the other credential, and says so', async () => {
    const { outbox, tap, sent } = phone(() => reply(401, { code: 'credential_invalid', detail: 'no' }));
    outbox.add(tap());
    await pass(61_000);
    expect(outbox.waiting).toHaveLength(1);
    expect(outbox.waiting[0]?.failure).toEqual({ why: 'not_known', status: 401 });
    expect(sent.slice(0, 2).map((one) => one.authorization)).toEqual(['Distress cap', 'Bearer old']);
    expect(sent.length).toBeGreaterThan(5);
  });

  it('does not take a sign-in page with status 200 for a stored tap', async () => {
    const { outbox, tap, settled } = phone(() =>
      Promise.resolve(new Response('<html>Welcome to Airport Wi-Fi</html>', { status: 200 })),
    );
    outbox.add(tap());
    await pass(0);
    expect(settled).toHaveLength(0);
    expect(outbox.waiting[0]?.failure?.why).toBe('not_ours');
  });

  it('does not take 202 for stored', async () => {
    const { outbox, tap, settled } = phone(() => reply(202, STORED));
    outbox.add(tap());
    await pass(0);
    expect(settled).toHaveLength(0);
    expect(outbox.waiting[0]?.failure?.why).toBe('held');
  });

  it('sends after a reload what was kept, with the same key, and its age by the wall clock', async () => {
    const keeper = new Memory();
    const before = phone(() => Promise.reject(new Error('no net')), keeper);
    before.outbox.add(before.tap());
    await pass(3_000);
    const after = phone(() => reply(201, STORED), keeper);
    after.device.page = 'two';
    await pass(60_000);
    await after.outbox.load();
    await pass(0);
    expect(after.sent.map((one) => one.key)).toEqual([before.sent[0]?.key]);
    expect(after.sent[0]?.age).toBe(63_000);
    expect(keeper.rows.size).toBe(0);
  });

  it('tries at once when the network is back, whatever the pause', async () => {
    let up = false;
    const { outbox, tap, sent, settled } = phone(() => (up ? reply(201, STORED) : Promise.reject(new Error('no net'))));
    outbox.add(tap());
    await pass(65_000);
    const before = sent.length;
    up = true;
    outbox.hurry();
    await pass(0);
    expect(sent).toHaveLength(before + 1);
    expect(settled).toHaveLength(1);
  });

  it('does not wait for a hanging attempt when the network is back', async () => {
    const { outbox, tap, sent } = phone(never);
    outbox.add(tap());
    await pass(3_000);
    outbox.hurry();
    expect(sent).toHaveLength(2);
  });

  it('sends a Not Okay first, then facts, then positions, one at a time', async () => {
    const { outbox, tap, sent, device } = phone((one) => reply(201, one.path === '/v1/not-okay' ? STORED : CASE));
    const first = tap();
    const of = { tap: first.key, about: OWN };
    outbox.add(makeAddition(device, 'position', { position: { lat: 2, lon: 45 } }, of));
    outbox.add(makeAddition(device, 'facts', { facts: { can_talk: 'no' } }, of));
    await pass(100);
    expect(sent).toHaveLength(0);
    outbox.add(first);
    await pass(100);
    expect(sent.map((one) => one.path)).toEqual(['/v1/not-okay', '/v1/my-case/facts', '/v1/my-case/position']);
    expect(sent[1]?.authorization).toBe('Case token');
  });

  it('holds facts back while a tap is on the line', async () => {
    const { outbox, tap, sent, device, tokens } = phone(never);
    tokens.set('other', 'Case other');
    outbox.add(tap());
    outbox.add(makeAddition(device, 'facts', { facts: {} }, { tap: 'other', about: OWN }));
    await pass(9_000);
    expect(sent.map((one) => one.path)).toEqual(['/v1/not-okay']);
    await pass(1_000);
    expect(sent.map((one) => one.path)).toEqual(['/v1/not-okay', '/v1/my-case/facts']);
  });

  it('reports facts that the server refuses for good, and lets them go', async () => {
    const { outbox, settled, device, tokens } = phone(() => reply(409, { code: 'case_closed', detail: 'It is closed.' }));
    tokens.set('t', 'Case t');
    outbox.add(makeAddition(device, 'facts', { facts: {} }, { tap: 't', about: OWN }));
    await pass(0);
    expect(settled.map(({ verdict }) => verdict)).toEqual([{ kind: 'refused', detail: 'It is closed.' }]);
    expect(outbox.waiting).toHaveLength(0);
  });

  it('keeps the newest 200 positions and every tap', async () => {
    const { outbox, tap, device } = phone(() => Promise.reject(new Error('no net')));
    for (let count = 0; count < POSITIONS_MAX + 50; count++) {
      await pass(1);
      outbox.add(makeAddition(device, 'position', { position: { lat: 0, lon: count / 10 } }, { tap: 't', about: OWN }));
    }
    for (let count = 0; count < 205; count++) outbox.add(tap());
    const kinds = outbox.waiting.map(({ item }) => item.kind);
    expect(kinds.filter((kind) => kind === 'position')).toHaveLength(POSITIONS_MAX);
    expect(kinds.filter((kind) => kind === 'not_okay')).toHaveLength(205);
    expect(outbox.waiting.at(-1)?.item.body).toContain('24.9');
  });
});
