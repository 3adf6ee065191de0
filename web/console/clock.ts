import { signal } from '@preact/signals';
import { ServerClock } from '../ui/clock';

/** The server's time as this page knows it. */
export const serverClock = new ServerClock();

/** The server's time now, in milliseconds since 1970, moved once a second: what every age on the screen is from. */
export const now = signal(serverClock.now());

/** Takes a stamp of the server. */
export function heardServerTime(at: string): void {
  serverClock.set(at);
  now.value = serverClock.now();
}

/** Keeps `now` moving. */
export function startClock(): void {
  setInterval(() => (now.value = serverClock.now()), 1_000);
}
