/**
 * Every call to the browser's push, for the page and the service worker. A thin native shell can take this file's place.
 * Each call says by its result that something is not there: none of them throws.
 */
import { wait } from '../ui/platform';
import { base64url } from './device_key';

/** A browser's subscription to push messages, as the server takes it. */
export interface Subscribed {
  readonly endpoint: string;
  /** Its keys, base64url. */
  readonly p256dh: string;
  readonly auth: string;
  /** The server's key that it was made with, base64url; none where the browser does not tell it. */
  readonly vapid: string | undefined;
}

/** Whether this browser can be woken: `home_screen` when it could, were the app opened from there. */
export type PushSupport = 'yes' | 'home_screen' | 'no';

/** What this browser can do of push. */
export function pushSupport(): PushSupport {
  if ('PushManager' in globalThis && 'Notification' in globalThis && navigator.serviceWorker !== undefined) return 'yes';
  const tablet = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
  return tablet || /iPhone|iPad/.test(navigator.userAgent) ? 'home_screen' : 'no';
}

/** Whether the person lets this app show notifications; `denied` where the browser has none. */
export function notificationPermission(): NotificationPermission {
  return 'Notification' in globalThis ? Notification.permission : 'denied';
}

/** Asks the person. Only in answer to a press: browsers punish any other time. */
export async function askNotifications(): Promise<NotificationPermission> {
  try {
    return await Notification.requestPermission();
  } catch {
    return notificationPermission();
  }
}

/** How long a browser may take, in milliseconds. Chromium waits for ever for a push service that is out of reach. */
export const PUSH_MS = 10_000;

function inTime<T>(asked: Promise<T>): Promise<T | undefined> {
  return Promise.race([asked.catch(() => undefined), wait(PUSH_MS).then(() => undefined)]);
}

/** The worker that is woken for this page; none where the browser starts none in time. */
export async function pushRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  const ready = navigator.serviceWorker?.ready;
  return ready && inTime(ready);
}

/** What a subscription says; none when a part is missing. */
export function subscribedOf(subscription: PushSubscription | null | undefined): Subscribed | undefined {
  const { endpoint, keys } = subscription?.toJSON() ?? {};
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined;
  const key = subscription?.options.applicationServerKey;
  return { endpoint, p256dh, auth, vapid: key ? base64url(key) : undefined };
}

/** A worker's subscriptions. */
export class BrowserPush {
  constructor(private readonly manager: () => Promise<PushManager | undefined>) {}

  /** The one that there is. */
  async current(): Promise<Subscribed | undefined> {
    return subscribedOf(await this.found());
  }

  /** A new one in place of any other; none when the browser's push service gave none in time. */
  async subscribe(vapid: string): Promise<Subscribed | undefined> {
    await this.end();
    const manager = await this.manager();
    return manager && subscribedOf(await inTime(manager.subscribe({ userVisibleOnly: true, applicationServerKey: vapid })));
  }

  /** Ends the one that there is, if the browser can. */
  async end(): Promise<void> {
    const old = await this.found();
    if (old) await inTime(old.unsubscribe());
  }

  private async found(): Promise<PushSubscription | null | undefined> {
    const manager = await this.manager();
    return manager && inTime(manager.getSubscription());
  }
}
