import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeDevice, pass } from './fake_device';
import { Session, type SessionRecord, type SessionStore } from './session';

const ENROLLED = {
  device: 'd1',
  person: { id: 'p1', name: 'Amina Yusuf', organisation: 'O', office: 'F', languages: ['en'] },
  tokens: { access: 'a1', access_expires: '2026-11-21T22:50:00Z', refresh: 'r1' },
  distress: 'cap1',
};
const NEXT = { access: 'a2', access_expires: '2026-11-21T23:00:00Z', refresh: 'r2' };

function memory(): SessionStore & { record: SessionRecord | undefined } {
  return {
    record: undefined,
    async load() {
      return this.record;
    },
    async save(record) {
      this.record = record;
    },
  };
}

function phone(answer: (body: { refresh: string }) => Promise<Response>, store: SessionStore = memory()) {
  const asked: { refresh: string; proof: string }[] = [];
  const device = fakeDevice((_, init) => {
    const body = JSON.parse(String(init.body)) as { refresh: string; proof: string };
    asked.push(body);
    return answer(body);
  });
  const ended = vi.fn();
  const session = new Session({
    device,
    store,
    sign: async (text) => `signed ${text}`,
    alone: (work) => work(),
    ended,
  });
  return { session, asked, ended, store };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the session', () => {
  it('uses a token for nine minutes and renews it then', async () => {
    const { session, asked } = phone(async () => Response.json(NEXT));
    await session.begin(ENROLLED);
    await pass(8 * 60_000);
    expect(await session.access()).toBe('a1');
    await pass(61_000);
    expect(await session.access()).toBe('a2');
    expect(asked).toEqual([{ device: 'd1', refresh: 'r1', proof: 'signed muster-refresh|r1' }]);
  });

  it('repeats a renewal whose answer was lost with the same secret', async () => {
    let tries = 0;
    const { session, asked } = phone(async () => {
      if ((tries += 1) === 1) throw new Error('lost');
      return Response.json(NEXT);
    });
    await session.begin(ENROLLED);
    expect(await session.renew()).toBeUndefined();
    expect(await session.renew()).toBe('a2');
    expect(asked.map((body) => body.refresh)).toEqual(['r1', 'r1']);
  });

  it('repeats it also when the answer broke off in the body', async () => {
    let tries = 0;
    const { session, asked } = phone(async () => ((tries += 1) === 1 ? new Response('{"acc') : Response.json(NEXT)));
    await session.begin(ENROLLED);
    expect(await session.renew()).toBeUndefined();
    expect(await session.renew()).toBe('a2');
    expect(asked.map((body) => body.refresh)).toEqual(['r1', 'r1']);
  });

  it('renews once for everybody who asks at the same time', async () => {
    const { session, asked } = phone(async () => Response.json(NEXT));
    await session.begin(ENROLLED);
    expect(await Promise.all([session.renew(), session.renew()])).toEqual(['a2', 'a2']);
    expect(asked).toHaveLength(1);
  });

  it('takes the token that another window has fetched meanwhile', async () => {
    const store = memory();
    const { session, asked } = phone(async () => Response.json(NEXT), store);
    await session.begin(ENROLLED);
    await pass(10);
    if (store.record) store.record = { ...store.record, access: 'other', refresh: 'r9', accessAt: Date.now() };
    expect(await session.renew()).toBe('other');
    expect(asked).toHaveLength(0);
  });

  it('says that it has ended on 401, and keeps the distress capability', async () => {
    const { session, ended } = phone(async () => new Response('{}', { status: 401 }));
    await session.begin(ENROLLED);
    expect(await session.renew()).toBeUndefined();
    expect(ended).toHaveBeenCalledOnce();
    expect(session.held?.distress).toBe('cap1');
    expect(await session.access()).toBeUndefined();
  });

  it('says why its right to read was taken away', async () => {
    for (const code of ['device_revoked', 'office_seized']) {
      const { session, ended } = phone(async () => Response.json({ code }, { status: 401 }));
      await session.begin(ENROLLED);
      await session.renew();
      expect(ended).toHaveBeenCalledExactlyOnceWith(code);
    }
  });

  it('forgets its tokens for good and keeps the distress capability', async () => {
    const store = memory();
    const first = phone(async () => Response.json(NEXT), store);
    await first.session.begin(ENROLLED);
    await first.session.forget();
    expect(store.record).toMatchObject({ access: '', refresh: '', distress: 'cap1', person: 'p1' });
    const later = phone(async () => Response.json(NEXT), store);
    await later.session.load();
    expect(await later.session.access()).toBeUndefined();
    expect(await later.session.renew()).toBeUndefined();
    expect(later.asked).toEqual([]);
    await later.session.begin(ENROLLED);
    expect(await later.session.access()).toBe('a1');
  });

  it('goes on in memory when the store never answers', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const { session } = phone(async () => Response.json(NEXT), { load: never, save: never });
    void session.begin(ENROLLED);
    const renewed = session.renew();
    await pass(2_000);
    expect(await renewed).toBe('a2');
    expect(session.held?.refresh).toBe('r2');
  });

  it('keeps the capability that came with an answer', async () => {
    const store = memory();
    const { session } = phone(async () => Response.json(NEXT, { headers: { 'Muster-Distress': 'cap2' } }), store);
    await session.begin(ENROLLED);
    await session.renew();
    expect(store.record?.distress).toBe('cap2');
    session.renewDistress('cap3');
    expect(session.held?.distress).toBe('cap3');
  });
});
