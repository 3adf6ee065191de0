import { describe, expect, it } from 'vitest';
import { ALARM, LINK_LOST, samples } from './tones';

const RATE = 8_000;
const loudness = (part: Float32Array): number => Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length);

describe('the patterns', () => {
  it('never leave the range a speaker can play', () => {
    for (const pattern of [ALARM, LINK_LOST]) {
      const peak = samples(pattern, RATE).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
      expect(peak).toBeGreaterThan(0.5);
      expect(peak).toBeLessThanOrEqual(1);
    }
  });

  it('sound the alarm without a pause and the lost link with one', () => {
    const quietest = (wave: Float32Array): number => {
      const tenths = Array.from({ length: Math.floor(wave.length / (RATE / 10)) }, (_, index) =>
        loudness(wave.slice((index * RATE) / 10, ((index + 1) * RATE) / 10)),
      );
      return Math.min(...tenths);
    };
    expect(quietest(samples(ALARM, RATE))).toBeGreaterThan(0.2);
    expect(quietest(samples(LINK_LOST, RATE))).toBe(0);
  });

  it('begin and end softly, so that the loop does not click', () => {
    for (const pattern of [ALARM, LINK_LOST]) {
      const wave = samples(pattern, RATE);
      expect(Math.abs(wave[0] ?? 1)).toBeLessThan(0.01);
      expect(Math.abs(wave.at(-1) ?? 1)).toBeLessThan(0.05);
    }
  });
});
