import type { Wire } from '../api/types';

/** The tag under which the browser wakes the worker when the network is back, where it can: to send what waits. */
export const SYNC_TAG = 'not-okay';
/** The same, to say what the server has not heard of a message that woke this phone. */
export const SUMMONS_SYNC_TAG = 'summons';

/** Where the page and the worker keep what this phone was woken for, and where it asked to be woken. */
export const SUMMONS_RECORD = 'summons';
export const PLACE_RECORD = 'push';
/** Held by whoever changes where this phone is woken, and what for. */
export const PLACE_LOCK = 'muster-push';
export const SUMMONS_LOCK = 'muster-summons';

/** What the service worker tells its windows. */
export type FromWorker =
  | { t: 'stored'; key: string; stored: Wire['Stored'] }
  /** This phone was woken, or what it was woken for has changed. */
  | { t: 'summons' }
  /** Somebody pressed what the worker shows. */
  | { t: 'open_summons' };

/** What a window tells the service worker: the newer version may start. */
export type ToWorker = { t: 'activate' };
