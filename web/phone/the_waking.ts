import { effect } from '@preact/signals';
import { askNotifications, BrowserPush, notificationPermission, pushRegistration, pushSupport } from './browser_push';
import { openDatabase } from './database';
import { client } from './entry/server';
import { language } from './language';
import type { SentPlace } from './push_place';
import { show } from './route';
import { Seal, SealedRecord } from './seal';
import { SummonsBook, type Summons } from './summons';
import { SummonsList } from './summons_list';
import { app } from './the_app';
import { WakingSwitch } from './waking';
import { PLACE_LOCK, PLACE_RECORD, SUMMONS_LOCK, SUMMONS_RECORD, type FromWorker } from './worker_news';

const database = openDatabase(() => indexedDB);
const seal = new Seal(database, crypto.subtle);
const visible = (): boolean => document.visibilityState === 'visible';

const alone = (lock: string) => async <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? await navigator.locks.request(lock, work) : work();

/** Whether this phone is woken. */
export const waking = new WakingSwitch({
  push: new BrowserPush(async () => (await pushRegistration())?.pushManager),
  support: pushSupport,
  permission: notificationPermission,
  ask: askNotifications,
  client,
  store: new SealedRecord<SentPlace>(database, seal, PLACE_RECORD),
  person: () => app.near.peek().me?.id,
  language: () => language.language.peek(),
  alone: alone(PLACE_LOCK),
});

/** What calls its owner. */
export const summons = new SummonsList({
  book: new SummonsBook({
    device: app.device,
    store: new SealedRecord<readonly Summons[]>(database, seal, SUMMONS_RECORD),
    alone: alone(SUMMONS_LOCK),
  }),
  device: app.device,
  visible,
  async close(message) {
    const registration = pushSupport() === 'yes' ? await pushRegistration() : undefined;
    for (const one of (await registration?.getNotifications({ tag: message })) ?? []) one.close();
  },
});

/** Takes up what was turned on before, and listens to the worker. Nothing on the way of an alarm waits for it. */
export function startWaking(): void {
  const look = (): void => {
    if (app.enrolled.peek() !== 'yes' || app.near.peek().withdrawn || !visible()) return;
    void waking.check();
    void summons.look();
  };
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (data.t === 'summons') void summons.look();
    if (data.t === 'open_summons') show('summons');
  });
  document.addEventListener('visibilitychange', look);
  effect(() => void waking.speak(language.language.value));
  let owner: string | undefined;
  effect(() => {
    const { me, withdrawn } = app.near.value;
    const changed = withdrawn !== undefined || (owner !== undefined && me !== undefined && me.id !== owner);
    owner = me?.id ?? owner;
    if (changed) void Promise.all([waking.drop(), summons.forget()]);
    if (app.enrolled.value === 'yes' && me) look();
  });
}
