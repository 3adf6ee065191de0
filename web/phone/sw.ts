/// <reference lib="webworker" />
import type { Precache } from './build/precache';
import { Cases, type KeptCase } from './cases';
import { openDatabase } from './database';
import { thisDevice } from './device';
import { exchange } from './exchange';
import { ageOf, type Item } from './item';
import { Seal, sealedKeeper, SealedRecord } from './seal';
import type { SessionRecord } from './session';
import { listenForPush, phoneWindows } from './sw_push';
import { SYNC_TAG, type FromWorker, type ToWorker } from './worker_news';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const PRECACHE: Precache;

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

const CACHES = 'muster-phone-';
const CACHE = CACHES + PRECACHE.version;
const urls = new Set(PRECACHE.files.map(({ url }) => url));

/** All files of one version or none: each must have the bytes that this worker was built with. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const requests = PRECACHE.files.map(({ url, integrity }) => new Request(url, { integrity, cache: 'no-cache' }));
  await cache.addAll(requests);
}

async function dropOldVersions(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** The path under which the shell keeps what a request asks for; none for everything else, the API above all. */
function shellPath(request: Request): string | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return undefined;
  if (request.mode === 'navigate') return pathname === '/phone' || pathname === '/phone/' ? '/phone' : undefined;
  return urls.has(pathname) ? pathname : undefined;
}

async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE).catch(() => undefined);
  return (await cache?.match(path)) ?? fetch(request);
}

const device = thisDevice();
const database = openDatabase(() => indexedDB);
const seal = new Seal(database, crypto.subtle);
const keeper = sealedKeeper(database, seal);

/** Brings waiting taps to the server after the page has gone. The key makes it one alarm, whoever else sends it too. */
async function sendTaps(): Promise<void> {
  const taps = (await keeper.all()).filter((item) => item.kind === 'not_okay');
  const session = await new SealedRecord<SessionRecord>(database, seal, 'session').load().catch(() => undefined);
  const done = await Promise.all(taps.map((tap) => sendTap(tap, session)));
  if (done.includes(false)) throw new Error('A Not Okay is still waiting; the browser tries again');
}

async function sendTap(tap: Item, session: SessionRecord | undefined): Promise<boolean> {
  const renewed = session?.person === tap.person ? session?.distress : undefined;
  const capability = renewed ?? tap.distress;
  if (capability === undefined) return false;
  const age = ageOf(tap.made, device);
  const signal = AbortSignal.timeout(30_000);
  const verdict = await exchange(device, tap, `Distress ${capability}`, age, signal).catch(() => undefined);
  if (verdict?.kind !== 'stored') return false;
  const windows = await phoneWindows();
  const news = { t: 'stored', key: tap.key, stored: verdict.stored } satisfies FromWorker;
  for (const window of windows) window.postMessage(news);
  if (windows.length === 0) await keepCase(news);
  await keeper.remove(tap.key);
  return true;
}

/** Leaves the case for the next page, which nobody is there to tell. */
async function keepCase({ key, stored }: Extract<FromWorker, { t: 'stored' }>): Promise<void> {
  const record = new SealedRecord<readonly KeptCase[]>(database, seal, 'cases');
  const time = { server: () => Date.parse(stored.stored_at), monotonic: () => device.monotonic() };
  const cases = new Cases(time, () => undefined);
  cases.restore((await record.load()) ?? []);
  cases.stored(key, stored);
  await record.save(cases.all);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(dropOldVersions()));
self.addEventListener('fetch', (event) => {
  const path = shellPath(event.request);
  if (path !== undefined) event.respondWith(fromShell(path, event.request));
});
self.addEventListener('message', ({ data }) => {
  if ((data as ToWorker).t === 'activate') void self.skipWaiting();
});
self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === SYNC_TAG) sync.waitUntil(sendTaps());
});
listenForPush({ device, database, seal, keeper });
