import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CAUGHT_UP_MS, CaughtUp } from './caught_up';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A reconnection that brings so many events. */
function reconnect(caughtUp: CaughtUp, events: number): void {
  caughtUp.dialed();
  for (let event = 0; event < events; event += 1) caughtUp.event();
  caughtUp.live(true);
}

describe('what a reconnection brought', () => {
  it('is said when it is more than nothing', () => {
    const caughtUp = new CaughtUp();
    reconnect(caughtUp, 0);
    expect(caughtUp.news.value).toBeUndefined();
    reconnect(caughtUp, 3);
    expect(caughtUp.news.value).toEqual({ events: 3, anew: false });
  });

  it('is not said of the first connection', () => {
    const caughtUp = new CaughtUp();
    caughtUp.dialed();
    caughtUp.listed();
    caughtUp.live(false);
    expect(caughtUp.news.value).toBeUndefined();
  });

  it('is said when the whole list came anew', () => {
    const caughtUp = new CaughtUp();
    caughtUp.dialed();
    caughtUp.listed();
    caughtUp.live(true);
    expect(caughtUp.news.value).toEqual({ events: 0, anew: true });
  });

  it('goes after a while, counted from the last of them', () => {
    const caughtUp = new CaughtUp();
    reconnect(caughtUp, 1);
    vi.advanceTimersByTime(CAUGHT_UP_MS - 1);
    reconnect(caughtUp, 2);
    vi.advanceTimersByTime(CAUGHT_UP_MS - 1);
    expect(caughtUp.news.value).toEqual({ events: 2, anew: false });
    vi.advanceTimersByTime(1);
    expect(caughtUp.news.value).toBeUndefined();
  });

  it('counts no event that comes after it for it', () => {
    const caughtUp = new CaughtUp();
    reconnect(caughtUp, 1);
    caughtUp.event();
    expect(caughtUp.news.value).toEqual({ events: 1, anew: false });
  });
});
