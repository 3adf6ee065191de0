import { vi } from 'vitest';
import type { Device } from './device';

/** A device whose time is vitest's fake time and whose network is `fetch`. Call `vi.useFakeTimers()` first. */
export function fakeDevice(fetch: Device['fetch'] = () => new Promise(() => undefined)): Device & { page: string } {
  const start = Date.now();
  let chance = 0;
  return {
    monotonic: () => Date.now() - start,
    wall: () => Date.now(),
    page: 'one',
    random: () => new Uint8Array(16).fill((chance += 1)),
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    fetch,
  };
}

/** Lets every promise that is ready run, and the timers of the next `ms` milliseconds. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}
