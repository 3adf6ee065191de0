import { describe, expect, it } from 'vitest';
import { owner, ME, T0 } from '../fixtures';
import { IDLE_MS, idleLeft } from './idle';

describe('the time until a claim opens again', () => {
  it('is three minutes from the last action on, and then none', () => {
    expect(IDLE_MS).toBe(180_000);
    expect(idleLeft(owner(ME), T0)).toBe(180_000);
    expect(idleLeft(owner(ME), T0 + 60_000)).toBe(120_000);
    expect(idleLeft(owner(ME), T0 + 200_000)).toBe(0);
  });

  it('is never more than there can be, while this page is a little behind the server', () => {
    expect(idleLeft(owner(ME), T0 - 700)).toBe(180_000);
  });
});
