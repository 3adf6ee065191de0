/// <reference lib="webworker" />
import { Client } from '../api/client';
import { ServerClock } from '../ui/clock';
import { pickLanguage } from '../ui/i18n';
import { Bearer } from './bearer';
import { BrowserPush, notificationPermission } from './browser_push';
import type { KeptCase } from './cases';
import type { Database } from './database';
import type { Device } from './device';
import { DeviceKey } from './device_key';
import { mustBeSilent } from './hush';
import type { Keeper } from './outbox';
import { proofOf } from './proof';
import { PushWorker } from './push_worker';
import type { SentPlace } from './push_place';
import { SealedRecord, type Seal } from './seal';
import { Session, type SessionRecord } from './session';
import { SummonsBook, type Summons } from './summons';
import { uuid7 } from './uuid7';
import { WakingSwitch } from './waking';
import { PLACE_LOCK, PLACE_RECORD, SUMMONS_LOCK, SUMMONS_RECORD, SUMMONS_SYNC_TAG, type FromWorker } from './worker_news';

declare const self: ServiceWorkerGlobalScope;

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

/** What the worker has at hand. */
export interface Hand {
  device: Device;
  database: Database;
  seal: Seal;
  keeper: Keeper;
}

/** The windows that show the phone's page; the console is another app at the same origin. */
export async function phoneWindows(): Promise<readonly WindowClient[]> {
  const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname === '/phone');
}

const alone = (lock: string) => async <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? await navigator.locks.request(lock, work) : work();

/** Listens for pushes, for presses on what they show, and for changed subscriptions. */
export function listenForPush(hand: Hand): void {
  const { device, database, seal, keeper } = hand;
  const place = new SealedRecord<SentPlace>(database, seal, PLACE_RECORD);
  const cases = new SealedRecord<readonly KeptCase[]>(database, seal, 'cases');
  const language = async () => pickLanguage((await place.load().catch(() => undefined))?.language ?? null, navigator.languages);
  const worker = new PushWorker({
    book: new SummonsBook({
      device,
      store: new SealedRecord<readonly Summons[]>(database, seal, SUMMONS_RECORD),
      alone: alone(SUMMONS_LOCK),
    }),
    silent: () => mustBeSilent({ device, waiting: () => keeper.all(), cases: () => cases.load() }),
    language,
    mayShow: () => notificationPermission() === 'granted',
    show: (title, card) => self.registration.showNotification(title, card),
    isShown: async (tag) => (await self.registration.getNotifications({ tag })).length > 0,
    close: async (tag) => (await self.registration.getNotifications({ tag })).forEach((one) => one.close()),
    tell: () => void tellWindows({ t: 'summons' }),
    later: () => void registerSync(),
    after: (ms, action) => device.after(ms, action),
  });

  self.addEventListener('push', (event) => event.waitUntil(worker.pushed(event.data?.text())));
  self.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(Promise.all([showSummons(), worker.opened(event.notification.tag)]));
  });
  self.addEventListener('pushsubscriptionchange', (event) => {
    (event as ExtendableEvent).waitUntil(renewed(hand, place, language));
  });
  self.addEventListener('sync', (event) => {
    const sync = event as SyncEvent;
    if (sync.tag === SUMMONS_SYNC_TAG) sync.waitUntil(worker.review());
  });
}

async function tellWindows(news: FromWorker): Promise<void> {
  for (const window of await phoneWindows()) window.postMessage(news);
}

/** Brings the page to the front that says what this phone was woken for. */
async function showSummons(): Promise<void> {
  const [window] = await phoneWindows();
  if (!window) return void (await self.clients.openWindow('/phone#summons'));
  window.postMessage({ t: 'open_summons' } satisfies FromWorker);
  await window.focus().catch(() => undefined);
}

async function registerSync(): Promise<void> {
  const { sync } = self.registration as { sync?: { register(tag: string): Promise<void> } };
  // Where the browser has no such thing, or forbids it, the next push or the next page tells.
  await sync?.register(SUMMONS_SYNC_TAG).catch(() => undefined);
}

/** The browser has changed or ended the subscription: the same comparison as at each start of the page. */
async function renewed(hand: Hand, store: SealedRecord<SentPlace>, language: () => Promise<SentPlace['language']>): Promise<void> {
  const session = await new SealedRecord<SessionRecord>(hand.database, hand.seal, 'session').load();
  const spoken = await language();
  const waking = new WakingSwitch({
    push: new BrowserPush(() => Promise.resolve(self.registration.pushManager)),
    support: () => 'yes',
    permission: notificationPermission,
    ask: () => Promise.resolve(notificationPermission()),
    client: clientOf(hand),
    store,
    person: () => session?.person,
    language: () => spoken,
    alone: alone(PLACE_LOCK),
  });
  await waking.check();
}

/** Talks to the server as this phone, with its access token and proof. */
function clientOf({ device, database, seal }: Hand): Client {
  const clock = new ServerClock();
  const subtle = crypto.subtle;
  const sign = async (text: string) => (await DeviceKey.kept(database, subtle))?.sign(text);
  const session = new Session({
    device,
    store: new SealedRecord<SessionRecord>(database, seal, 'session'),
    sign,
    alone: alone('muster-refresh'),
    // The next page finds out by itself, and says so.
    ended: () => undefined,
  });
  const bearer = new Bearer({
    device,
    access: async () => ((await session.load()) ? session.access() : undefined),
    renew: () => session.renew(),
    proof: (method, path, token) => proofOf({ server: () => clock.now(), sign, subtle }, method, path, token),
    corrected: (serverTime) => clock.set(serverTime),
    withdrawn: () => undefined,
  });
  return new Client({
    fetch: (path, init) => bearer.fetch(path, { ...init, cache: 'no-store', credentials: 'omit', redirect: 'error' }),
    newKey: () => uuid7(device.wall(), device.random()),
    wait: (ms) => new Promise((done) => void device.after(ms, () => done())),
  });
}
