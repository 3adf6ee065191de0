import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Wire } from '../api/types';
import { OWN } from './about';
import { credentialOf, type Holds } from './credential';
import { exchange } from './exchange';
import { fakeDevice, pass } from './fake_device';
import { makeAddition, makePlace, makeTap, type Item } from './item';
import { Outbox, type Keeper, type Waiting } from './outbox';
import { OwnPlace, type KeptEntry } from './own_place';

const KENYA: Wire['SetCurrentPlace'] = { country: 'KE', until: '2026-11-30T20:59:59Z', place: 'Lodwar' };
const PLACED: Wire['CurrentPlace'] = { country: 'KE', place: 'Lodwar', from: '2026-11-21T22:00:00Z', until: KENYA.until, basis: 'own' };
const PROFILE: Wire['Profile'] = {
  id: 'me',
  name: 'Amina',
  organisation: 'One',
  office: 'Two',
  languages: ['en'],
  kind: 'staff_national',
  phones: [],
  wardens: [],
};

class Memory implements Keeper {
  readonly rows = new Map<string, Item>();
  put = async (item: Item): Promise<void> => void this.rows.set(item.key, item);
  remove = async (key: string): Promise<void> => void this.rows.delete(key);
  all = async (): Promise<Item[]> => [...this.rows.values()];
}

interface Sent {
  method: string;
  path: string;
  key: string | null;
  body: string;
}

/** The outbox of a phone with a place of its owner's, over a network that answers as `answer` says. */
function phone(first: (sent: Sent) => Promise<Response>) {
  const network = { answer: first };
  const sent: Sent[] = [];
  const device = fakeDevice((path, init) => {
    const one = { method: init.method ?? '', path, key: new Headers(init.headers).get('Idempotency-Key'), body: String(init.body) };
    sent.push(one);
    return network.answer(one);
  });
  const waiting = signal<readonly Waiting[]>([]);
  const store: { kept: KeptEntry | undefined } = { kept: { at: 1_000, profile: PROFILE } };
  const rows = new Memory();
  const outbox: Outbox = new Outbox({
    device,
    keeper: rows,
    credential: () => 'Bearer access',
    send: (item, authorization, age, stop) => exchange(device, item, authorization, age, stop),
    silent: () => undefined,
    changed: () => void (waiting.value = outbox.waiting.map((one) => ({ ...one }))),
    settled: (item, verdict) => void place.answered(item, verdict),
  });
  const place: OwnPlace = new OwnPlace({
    device,
    outbox,
    waiting,
    entry: {
      load: () => Promise.resolve(store.kept),
      save: async (entry) => void (store.kept = entry),
      remove: async () => void (store.kept = undefined),
    },
  });
  return { device, outbox, place, network, sent, rows, store };
}

const reply = (status: number, body?: unknown): Promise<Response> =>
  Promise.resolve(body === undefined ? new Response(null, { status }) : Response.json(body, { status }));
const cut = (): Promise<Response> => Promise.reject(new TypeError('network'));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('where the person is for now', () => {
  it('is set with one request, and kept in the entry', async () => {
    const { place, sent, store, rows } = phone(() => reply(200, PLACED));
    place.say('me', KENYA);
    expect(place.unsent.value?.said).toEqual(KENYA);
    await pass(0);
    expect(sent).toMatchObject([{ method: 'PUT', path: '/v1/me/current-place', body: JSON.stringify(KENYA) }]);
    expect([place.unsent.value, place.answer.value]).toEqual([undefined, { kind: 'placed', place: PLACED }]);
    expect(store.kept).toEqual({ at: 1_000, profile: { ...PROFILE, current_place: PLACED } });
    expect(rows.rows.size).toBe(0);
  });

  it('is over with one request', async () => {
    const { place, sent, store } = phone(() => reply(204));
    store.kept = { at: 1_000, profile: { ...PROFILE, current_place: PLACED } };
    place.say('me', undefined);
    await pass(0);
    expect(sent).toMatchObject([{ method: 'DELETE', path: '/v1/me/current-place', body: '{}' }]);
    expect([place.answer.value, store.kept.profile.current_place]).toEqual([{ kind: 'placed', place: undefined }, null]);
  });

  it('is called not sent without a network, is tried again with the same key, and gets there once', async () => {
    const { place, network, sent, rows } = phone(cut);
    place.say('me', KENYA);
    await pass(60_000);
    expect(place.unsent.value).toMatchObject({ said: KENYA, waiting: { kept: 'kept', failure: { why: 'unreachable' } } });
    expect(place.answer.value).toBeUndefined();
    expect(rows.rows.size, 'kept over a reload').toBe(1);
    network.answer = () => reply(200, PLACED);
    await pass(30_000);
    expect(place.unsent.value).toBeUndefined();
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect(place.answer.value).toEqual({ kind: 'placed', place: PLACED });
  });

  it('is only the last word: an earlier one that waits is not sent any more', async () => {
    const { place, network, sent, rows } = phone(cut);
    place.say('me', KENYA);
    await pass(0);
    place.say('me', { ...KENYA, country: 'UG' });
    place.say('me', undefined);
    await pass(0);
    expect(rows.rows.size).toBe(1);
    sent.length = 0;
    network.answer = () => reply(204);
    await pass(60_000);
    expect(sent.map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('is taken back before it was sent', async () => {
    const { place, network, sent, rows } = phone(cut);
    place.say('me', KENYA);
    await pass(0);
    place.drop();
    await pass(0);
    sent.length = 0;
    network.answer = () => reply(200, PLACED);
    await pass(60_000);
    expect([sent, place.unsent.value, rows.rows.size]).toEqual([[], undefined, 0]);
  });

  it('is refused in the server’s words, with what was said', async () => {
    const { place, store } = phone(() => reply(422, { code: 'invalid_value', detail: 'That is over already.' }));
    place.say('me', KENYA);
    await pass(0);
    expect(place.answer.value).toEqual({ kind: 'refused', said: KENYA, detail: 'That is over already.' });
    expect([place.unsent.value, store.kept?.profile.current_place]).toEqual([undefined, undefined]);
  });

  it('is not set by a sign-in page that answers 200', async () => {
    const { place } = phone(() => reply(200, { welcome: true }));
    place.say('me', KENYA);
    await pass(0);
    expect(place.unsent.value?.waiting.failure).toMatchObject({ why: 'not_ours' });
    expect(place.answer.value).toBeUndefined();
  });

  it('waits behind everything that belongs to an alarm, and never holds a tap up', async () => {
    const { device, outbox, place, network, sent } = phone(cut);
    place.say('me', KENYA);
    await pass(0);
    outbox.add(makeAddition(device, 'facts', { facts: {} }, { tap: 't', about: OWN }));
    await pass(0);
    sent.length = 0;
    network.answer = () => new Promise(() => undefined);
    outbox.hurry();
    expect(sent.map(({ path }) => path), 'facts go first').toEqual(['/v1/my-case/facts']);
    outbox.add(makeTap(device, OWN, {}));
    expect(sent.map(({ path }) => path), 'a tap goes inside the call').toEqual(['/v1/my-case/facts', '/v1/not-okay']);
  });

  it('leaves nothing on a phone that may read nothing any more, nor in another person’s entry', async () => {
    const { place, rows, store } = phone(cut);
    place.say('me', KENYA);
    await pass(0);
    await place.forget();
    await pass(0);
    expect([rows.rows.size, store.kept, place.unsent.value]).toEqual([0, undefined, undefined]);
    store.kept = { at: 1, profile: { ...PROFILE, id: 'other' } };
    await place.answered(makePlace(fakeDevice(), KENYA, 'me'), { kind: 'placed', place: PLACED });
    expect(store.kept.profile.current_place).toBeUndefined();
  });
});

describe('what sends it', () => {
  const session = { device: 'd', access: 'a', accessAt: 0, refresh: 'r', distress: 'c', person: 'me' };
  const holds: Holds = { near: { distress: 'c', me: undefined }, session, signedIn: true, caseToken: () => 'case' };

  it('is the access token of the same person, while the sign-in lasts', () => {
    const item = makePlace(fakeDevice(), KENYA, 'me');
    expect(credentialOf(item, 0, holds)).toBe('Bearer a');
    expect(credentialOf(item, 1, holds)).toBe('Bearer a');
    for (const other of [
      { ...holds, signedIn: false },
      { ...holds, session: undefined },
      { ...holds, session: { ...session, person: 'another' } },
      { ...holds, session: { ...session, access: '' } },
    ]) {
      expect(credentialOf(item, 0, other)).toBeUndefined();
    }
  });

  it('is never what raises a Not Okay: that takes the capability first and the token after it', () => {
    const tap = makeTap(fakeDevice(), OWN, { person: 'me', distress: 'c' });
    expect([0, 1, 2].map((refusals) => credentialOf(tap, refusals, holds))).toEqual(['Distress c', 'Bearer a', 'Distress c']);
    expect(credentialOf(tap, 0, { ...holds, near: { distress: 'theirs', me: undefined }, session: { ...session, person: 'another' } })).toBe('Distress c');
  });
});
