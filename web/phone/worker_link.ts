import type { Wire } from '../api/types';
import { SYNC_TAG, type FromWorker, type ToWorker } from './worker_news';

interface SyncManager {
  register(tag: string): Promise<void>;
}

/** What the link needs from outside. */
export interface WorkerLinkParts {
  /** The worker has brought a tap to the server. */
  stored: (key: string, stored: Wire['Stored']) => void;
  /** Whether the page may be replaced by a newer one: nothing is open or waiting. */
  idle: () => boolean;
}

/** Registers the service worker and takes its news. The app works the same without it, but does not open offline. */
export class WorkerLink {
  private registration: ServiceWorkerRegistration | undefined;

  constructor(private readonly parts: WorkerLinkParts) {}

  async start(): Promise<void> {
    const workers = navigator.serviceWorker;
    if (workers === undefined) return;
    workers.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.t === 'stored') this.parts.stored(data.key, data.stored);
    });
    document.addEventListener('visibilitychange', () => this.renew());
    try {
      this.registration = await workers.register('/phone/sw.js', { scope: '/phone', updateViaCache: 'none' });
    } catch {
      // Refused or out of reach: the page goes on from the network alone.
    }
  }

  /** Asks the browser to send what waits even after this page is closed, where it can. */
  wake(): void {
    const sync = (this.registration as { sync?: SyncManager } | undefined)?.sync;
    void sync?.register(SYNC_TAG).catch(() => undefined);
  }

  /** Puts a waiting newer version in force while the page is hidden and nothing is open, so that nobody sees it happen. */
  private renew(): void {
    const waiting = this.registration?.waiting;
    if (!waiting || document.visibilityState !== 'hidden' || !this.parts.idle()) return;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (document.visibilityState === 'hidden' && this.parts.idle()) location.reload();
    });
    waiting.postMessage({ t: 'activate' } satisfies ToWorker);
  }
}
