import { describe, expect, it } from 'vitest';
import { alignFlashes, type Flashing } from './flash';

/** One round of the flashing, in milliseconds, as the style sheet has it: bright in its first half. */
const ROUND_MS = 1_000;
const isBright = ({ startTime }: Flashing, at: number): boolean => (at - Number(startTime)) % ROUND_MS < ROUND_MS / 2;

/** How many of light and dark the bars show at a moment. */
const looks = (bars: readonly Flashing[], at: number): number => new Set(bars.map((bar) => isBright(bar, at))).size;

describe('the flashing of untaken rows', () => {
  it('is one, whenever each row began', () => {
    const bars: Flashing[] = [130, 480, 999, 5_710].map((startTime) => ({ animationName: 'flash', startTime }));
    expect(looks(bars, 6_000)).toBe(2);
    alignFlashes(bars);
    for (const at of [6_000, 6_250, 6_499, 6_500, 6_999]) expect(looks(bars, at)).toBe(1);
  });

  it('takes in a bar that has no beginning yet', () => {
    const bar: Flashing = { animationName: 'flash', startTime: null };
    alignFlashes([bar]);
    expect(bar.startTime).toBe(0);
  });

  it('leaves other animations alone', () => {
    const other: Flashing = { animationName: 'turn', startTime: 130 };
    alignFlashes([other, { startTime: 5 }]);
    expect(other.startTime).toBe(130);
  });
});
