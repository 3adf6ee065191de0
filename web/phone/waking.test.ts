import { describe, expect, it } from 'vitest';
import type { Wire } from '../api/types';
import type { PushSupport, Subscribed } from './browser_push';
import { cut, fakeServer, problem, type Asked } from './entry/fake_server';
import { inMemory, inTurn } from './fake_push';
import type { SentPlace } from './push_place';
import { WakingSwitch } from './waking';

const VAPID = 'the-servers-key';

/** A browser, a server and a store that the test has in hand. */
function phone(start: { permission?: NotificationPermission; support?: PushSupport; setting?: Partial<Wire['PushSetting']>; kept?: SentPlace } = {}) {
  let made = 0;
  const make = (vapid: string): Subscribed => ({ endpoint: `https://push.example/${(made += 1)}`, p256dh: 'p', auth: 'a', vapid });
  const state = {
    permission: start.permission ?? ('granted' as NotificationPermission),
    answers: 'granted' as NotificationPermission,
    subscription: undefined as Subscribed | undefined,
    push: true,
    person: 'one' as string | undefined,
    setting: { vapid_key: VAPID, ...start.setting } as Wire['PushSetting'],
    asks: 0,
  };
  const store = inMemory<SentPlace>(start.kept);
  const serve = ({ method, body }: Asked): Response => {
    if (method === 'GET') return Response.json(state.setting);
    state.setting = { vapid_key: VAPID, ...(method === 'PUT' ? { channel: (body as Wire['PushPlace']).channel } : {}) };
    return new Response(null, { status: 204 });
  };
  const server = fakeServer(serve);
  const waking = new WakingSwitch({
    push: {
      current: async () => state.subscription,
      subscribe: async (vapid) => (state.subscription = state.push ? make(vapid) : undefined),
      end: async () => void (state.subscription = undefined),
    },
    support: () => start.support ?? 'yes',
    permission: () => state.permission,
    ask: async () => {
      state.asks += 1;
      return (state.permission = state.answers);
    },
    client: server.client,
    store,
    person: () => state.person,
    language: () => 'en',
    alone: inTurn(),
  });
  const writes = (): string[] => server.asked.filter(({ method }) => method !== 'GET').map(({ method }) => method);
  return { waking, state, store, server, serve, writes, make };
}

/** A phone that was turned on, and works. */
function on() {
  const parts = phone({ setting: { channel: 'webpush', shown_at: '2026-11-21T22:40:07Z' } });
  const sent = parts.make(VAPID);
  parts.state.subscription = sent;
  parts.store.value = { person: 'one', sent, language: 'en' };
  return { ...parts, sent };
}

describe('the switch', () => {
  it('asks for permission only on a press, then subscribes with the server’s key and tells the server', async () => {
    const { waking, state, store, server } = phone({ permission: 'default' });
    await waking.check();
    expect([waking.state.value, state.asks]).toEqual([{ is: 'off' }, 0]);
    await waking.turnOn();
    expect(state.asks).toBe(1);
    expect(waking.state.value).toEqual({ is: 'on', shownAt: undefined });
    const put = server.asked.find(({ method }) => method === 'PUT');
    expect(put).toMatchObject({ path: '/v1/me/push', body: { channel: 'webpush', endpoint: 'https://push.example/1', p256dh: 'p', auth: 'a' } });
    expect(put?.key).toBeDefined();
    expect(store.value).toMatchObject({ person: 'one', sent: state.subscription });
  });

  it('says what stands in the way', async () => {
    const seen = async (start: Parameters<typeof phone>[0]) => {
      const { waking, writes } = phone(start);
      await waking.check();
      expect(writes()).toEqual([]);
      return waking.state.value.is;
    };
    expect(await seen({ setting: { vapid_key: null } })).toBe('not_offered');
    expect(await seen({ support: 'no' })).toBe('unsupported');
    expect(await seen({ support: 'home_screen' })).toBe('home_screen');
    expect(await seen({ permission: 'denied' })).toBe('refused');
    expect(await seen({ permission: 'default' })).toBe('off');
  });

  it('says when it last worked, and when it never has', async () => {
    const { waking, state, writes } = on();
    await waking.check();
    expect(waking.state.value).toEqual({ is: 'on', shownAt: '2026-11-21T22:40:07Z' });
    state.setting = { ...state.setting, shown_at: null };
    await waking.check();
    expect(waking.state.value).toEqual({ is: 'on', shownAt: undefined });
    expect(writes()).toEqual([]);
  });

  it('is not on when the person refuses, gives no answer, or the browser’s service gives nothing', async () => {
    const refused = phone({ permission: 'default' });
    refused.state.answers = 'denied';
    await refused.waking.turnOn();
    expect(refused.waking.state.value).toEqual({ is: 'refused' });
    const unanswered = phone({ permission: 'default' });
    unanswered.state.answers = 'default';
    await unanswered.waking.check();
    await unanswered.waking.turnOn();
    expect([unanswered.waking.state.value, unanswered.waking.failure.value]).toEqual([{ is: 'off' }, { why: 'unanswered' }]);
    const dead = phone();
    dead.state.push = false;
    await dead.waking.check();
    await dead.waking.turnOn();
    expect([dead.waking.state.value, dead.waking.failure.value]).toEqual([{ is: 'off' }, { why: 'no_subscription' }]);
    expect([...refused.writes(), ...unanswered.writes(), ...dead.writes()]).toEqual([]);
  });

  it('is never shown as on before the server has it, and leaves nothing behind when it does not', async () => {
    const { waking, state, store, server, serve } = phone();
    await waking.check();
    server.answer((asked) => (asked.method === 'PUT' ? cut() : serve(asked)));
    await waking.turnOn();
    expect([waking.state.value, waking.failure.value]).toEqual([{ is: 'off' }, { why: 'unreached' }]);
    expect([state.subscription, store.value]).toEqual([undefined, undefined]);
    server.answer((asked) => (asked.method === 'PUT' ? problem(422, 'invalid_value') : serve(asked)));
    await waking.turnOn();
    expect(waking.failure.value).toEqual({ why: 'refused', detail: 'about invalid_value' });
  });

  it('turns off at the server first, and stays on when that fails', async () => {
    const { waking, state, store, server, serve, writes } = on();
    await waking.check();
    server.answer((asked) => (asked.method === 'DELETE' ? cut() : serve(asked)));
    await waking.turnOff();
    expect([waking.state.value.is, waking.failure.value]).toEqual(['on', { why: 'unreached' }]);
    expect(state.subscription).toBeDefined();
    server.answer(serve);
    await waking.turnOff();
    expect([waking.state.value, waking.failure.value]).toEqual([{ is: 'off' }, undefined]);
    expect([state.subscription, store.value, writes().at(-1)]).toEqual([undefined, undefined, 'DELETE']);
  });
});

describe('at the start', () => {
  it('a subscription that the browser changed is sent again', async () => {
    const { waking, state, store, make, server } = on();
    state.subscription = make(VAPID);
    await waking.check();
    expect(waking.state.value).toEqual({ is: 'on', shownAt: undefined });
    expect(server.asked.at(-1)).toMatchObject({ method: 'PUT', body: { endpoint: state.subscription.endpoint } });
    expect(store.value?.sent).toEqual(state.subscription);
  });

  it.each([
    ['the browser has none any more', (parts: ReturnType<typeof on>) => void (parts.state.subscription = undefined)],
    ['the server has none any more', (parts: ReturnType<typeof on>) => void (parts.state.setting = { vapid_key: VAPID })],
    ['it was made with another key', (parts: ReturnType<typeof on>) => void (parts.state.subscription = { ...parts.sent, vapid: 'old' })],
  ])('a new one is made and sent: %s', async (_, change) => {
    const parts = on();
    change(parts);
    await parts.waking.check();
    expect(parts.waking.state.value).toEqual({ is: 'on', shownAt: undefined });
    expect(parts.state.subscription?.endpoint).not.toBe(parts.sent.endpoint);
    expect(parts.store.value?.sent).toEqual(parts.state.subscription);
    expect(parts.writes()).toEqual(['PUT']);
  });

  it('what cannot be mended is said to be lost, and tried again at the next', async () => {
    const { waking, state, store } = on();
    Object.assign(state, { subscription: undefined, push: false });
    await waking.check();
    expect([waking.state.value, waking.failure.value]).toEqual([{ is: 'lost' }, { why: 'no_subscription' }]);
    expect(store.value).toBeDefined();
    state.push = true;
    await waking.check();
    expect([waking.state.value.is, waking.failure.value]).toEqual(['on', undefined]);
  });

  it.each(['denied', 'default'] as const)('the server is told when the permission was taken away (%s)', async (permission) => {
    const { waking, state, store, writes } = on();
    state.permission = permission;
    await waking.check();
    expect(waking.state.value.is).toBe(permission === 'denied' ? 'refused' : 'off');
    expect([writes(), store.value]).toEqual([['DELETE'], undefined]);
  });

  it('that is tried again when the server could not be told', async () => {
    const { waking, state, store, server, serve, writes } = on();
    state.permission = 'denied';
    server.answer((asked) => (asked.method === 'DELETE' ? cut() : serve(asked)));
    await waking.check();
    expect([waking.state.value, store.value === undefined]).toEqual([{ is: 'refused' }, false]);
    server.answer(serve);
    await waking.check();
    expect([writes().at(-1), store.value]).toEqual(['DELETE', undefined]);
  });

  it('nothing is known while the server cannot be reached', async () => {
    const { waking, server, store } = on();
    server.answer(cut);
    await waking.check();
    expect(waking.state.value).toEqual({ is: 'unreached' });
    expect(store.value).toBeDefined();
  });

  it('what somebody else turned on here before is over', async () => {
    const { waking, state, store, writes } = on();
    Object.assign(state, { person: 'two', setting: { vapid_key: VAPID } });
    await waking.check();
    expect([waking.state.value, state.subscription, store.value, writes()]).toEqual([{ is: 'off' }, undefined, undefined, []]);
  });

  it('nobody is taken for somebody else while it is not known whose phone this is', async () => {
    const { waking, state, store, sent, writes } = on();
    state.person = undefined;
    await waking.check();
    expect([waking.state.value.is, state.subscription, store.value?.sent, writes()]).toEqual(['on', sent, sent, []]);
  });

  it('what works is not given up because the store does not', async () => {
    const { waking, store, writes } = on();
    store.load = () => Promise.reject(new Error('the store is broken'));
    await waking.check();
    expect([waking.state.value.is, writes()]).toEqual(['on', []]);
  });

  it('a place at the server that leads nowhere is taken back', async () => {
    const { waking, writes } = phone({ setting: { channel: 'webpush' } });
    await waking.check();
    expect([waking.state.value, writes()]).toEqual([{ is: 'off' }, ['DELETE']]);
  });

  it('a place of another kind is left alone', async () => {
    const { waking, writes } = phone({ setting: { channel: 'fcm' } });
    await waking.check();
    expect(writes()).toEqual([]);
  });
});
