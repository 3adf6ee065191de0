import { describe, expect, it } from 'vitest';
import { Lag } from './lag';

describe('how late a connection is', () => {
  it('is measured from its fastest frame, whatever the two clocks say', () => {
    const lag = new Lag();
    expect(lag.take(1_000_000, 50)).toBe(0);
    expect(lag.take(1_005_000, 5_250)).toBe(200);
    expect(lag.take(1_010_000, 10_020)).toBe(0);
    expect(lag.take(1_015_000, 27_020)).toBe(12_000);
    expect(lag.take(1_032_000, 32_020)).toBe(0);
  });

  it('does not grow because the server’s clock was set back or on', () => {
    const lag = new Lag();
    expect(lag.take(5_000_000, 0)).toBe(0);
    expect(lag.take(5_005_000, 8_000)).toBe(3_000);
    expect(lag.take(1_405_000, 13_000)).toBe(3_000);
    expect(lag.take(1_413_000, 18_000)).toBe(0);
    expect(lag.take(5_018_000, 23_000)).toBe(0);
    expect(lag.take(5_023_000, 29_000)).toBe(1_000);
  });
});
