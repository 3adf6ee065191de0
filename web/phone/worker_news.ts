import type { Wire } from '../api/types';

/** The tag under which the browser wakes the worker when the network is back, where it can. */
export const SYNC_TAG = 'not-okay';

/** What the service worker tells its windows. */
export type FromWorker = { t: 'stored'; key: string; stored: Wire['Stored'] };

/** What a window tells the service worker: the newer version may start. */
export type ToWorker = { t: 'activate' };
