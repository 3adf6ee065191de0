import type { Client } from '../api/client';
import type { Wire } from '../api/types';
import type { Language } from '../ui/i18n';
import type { Subscribed } from './browser_push';

/** Where this phone asked to be woken, as it told the server. Kept by whoever turned that on. */
export interface SentPlace {
  /** Whose phone this was then. */
  readonly person: string;
  readonly sent: Subscribed;
  /** The language on the screen, for when the server cannot be reached: the worker has no other place to read it. */
  readonly language: Language;
}

/** Where it lies. */
export interface PlaceStore {
  load(): Promise<SentPlace | undefined>;
  save(place: SentPlace): Promise<void>;
  remove(): Promise<void>;
}

/** Whether two subscriptions lead to the same place. */
export function isSamePlace(one: Subscribed, other: Subscribed): boolean {
  return one.endpoint === other.endpoint && one.p256dh === other.p256dh && one.auth === other.auth;
}

/** How this phone can be woken, as the server has it. */
export function askPlace(client: Pick<Client, 'get'>): Promise<Wire['PushSetting']> {
  return client.get('/v1/me/push');
}

/** Tells the server where this phone can be woken from now on. */
export function sendPlace(client: Pick<Client, 'intend' | 'perform'>, { endpoint, p256dh, auth }: Subscribed): Promise<void> {
  const body: Wire['PushPlace'] = { channel: 'webpush', endpoint, p256dh, auth };
  return client.perform(client.intend('/v1/me/push', body, 'PUT'));
}

/** Tells the server that this phone cannot be woken. */
export function forgetPlace(client: Pick<Client, 'intend' | 'perform'>): Promise<void> {
  return client.perform(client.intend('/v1/me/push', undefined, 'DELETE'));
}
