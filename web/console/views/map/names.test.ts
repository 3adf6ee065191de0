import { describe, expect, it } from 'vitest';
import { isFree } from './names';

describe('a name on the map', () => {
  it('is written where it covers no other', () => {
    const other = { left: 10, top: 10, right: 60, bottom: 26 };
    expect(isFree({ left: 50, top: 20, right: 90, bottom: 36 }, [other])).toBe(false);
    expect(isFree({ left: 60, top: 10, right: 90, bottom: 26 }, [other])).toBe(true);
    expect(isFree({ left: 10, top: 26, right: 60, bottom: 42 }, [other])).toBe(true);
    expect(isFree(other, [])).toBe(true);
  });
});
