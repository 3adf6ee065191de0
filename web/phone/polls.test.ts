import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CaseWatch } from './case_watch';
import type { HeldCase } from './cases';
import { fakeDevice, pass } from './fake_device';
import { NowPoll } from './now_poll';

const CASE = {
  id: 'c1',
  reference: '1042',
  revision: 1,
  reached: 'stored' as const,
  stored_at: '2026-11-21T22:40:07Z',
  last_tap_at: '2026-11-21T22:40:07Z',
  facts: {},
};
const HELD: HeldCase = { case: CASE, token: 'tok', taps: [], untakenSince: 0, seen: [] };
const NOW = { me: { name: 'Amina' }, exercise: false, cases: [], contacts: [], watched: true };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('following an open case', () => {
  function watch(answer: (headers: Headers) => Response, live = () => false) {
    const asked: Headers[] = [];
    const told: unknown[] = [];
    const held: { cases: HeldCase[] } = { cases: [HELD] };
    const device = fakeDevice(async (_, init) => {
      const headers = new Headers(init.headers);
      asked.push(headers);
      return answer(headers);
    });
    const parts = { device, cases: () => held.cases, live, visible: () => true, seen: () => undefined, reached: vi.fn() };
    return { asked, told, held, reached: parts.reached, watch: new CaseWatch({ ...parts, tell: (now) => told.push(now) }) };
  }

  it('reads by the case token, soon at first and every 5 s later, with the ETag it was given', async () => {
    const phone = watch((headers) =>
      headers.get('If-None-Match') === '"1"'
        ? new Response(null, { status: 304 })
        : Response.json(CASE, { headers: { ETag: '"1"' } }),
    );
    phone.watch.hurry();
    await pass(90_000);
    const early = phone.asked.length;
    expect(early).toBeGreaterThan(50);
    await pass(50_000);
    expect(phone.asked.length - early).toBeLessThanOrEqual(11);
    expect(phone.asked[0]?.get('Authorization')).toBe('Case tok');
    expect(phone.told).toEqual([CASE]);
  });

  it('asks seldom while the live socket tells, and not at all once the case is closed', async () => {
    const phone = watch(() => Response.json(CASE), () => true);
    phone.watch.hurry();
    await pass(60_000);
    expect(phone.asked).toHaveLength(4);
    phone.held.cases = [{ ...HELD, case: { ...CASE, reached: 'closed' } }];
    await pass(60_000);
    expect(phone.asked).toHaveLength(4);
  });

  it('does not take a sign-in page for a case', async () => {
    const phone = watch(() => Response.json({ hello: 'wifi' }));
    phone.watch.hurry();
    await pass(0);
    expect(phone.told).toEqual([]);
  });
});

describe('asking what waits', () => {
  function poll(answers: Response[], signedIn: () => boolean = () => true) {
    const asked: string[] = [];
    const told: unknown[] = [];
    const reached = vi.fn();
    const device = fakeDevice(async (path) => {
      asked.push(path);
      return answers.shift() ?? Response.error();
    });
    const now = new NowPoll({
      device,
      signedIn: async () => signedIn(),
      visible: () => true,
      tell: (news) => told.push(news),
      seen: () => undefined,
      reached,
    });
    return { now, asked, told, reached };
  }

  it('asks every minute, and sooner while the server is out of reach', async () => {
    const phone = poll([Response.json(NOW), new Response('', { status: 503 }), Response.json(NOW)]);
    await phone.now.hurry();
    await pass(59_999);
    expect(phone.asked).toHaveLength(1);
    await pass(1);
    expect(phone.asked).toHaveLength(2);
    await pass(10_000);
    expect(phone.told).toHaveLength(2);
  });

  it('takes a refusal for an answer, and asks nothing while it is not signed in', async () => {
    const refused = poll([new Response('{}', { status: 401 })]);
    await refused.now.hurry();
    expect(refused.reached).toHaveBeenCalledWith(true);
    expect(refused.told).toEqual([]);
    const out = poll([], () => false);
    await out.now.hurry();
    expect(out.asked).toEqual([]);
    expect(out.reached).not.toHaveBeenCalled();
  });
});
