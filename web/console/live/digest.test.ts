import { describe, expect, it } from 'vitest';
import { digest } from './digest';

const A = '00000000-0000-0000-0000-000000000001';
const B = '00000000-0000-0000-0000-000000000002';

describe('digest', () => {
  it('of no scope is the FNV offset', () => {
    expect(digest(new Map())).toBe(0x811c9dc5);
  });

  it('matches FNV-1a worked out by hand for one byte row and by another program for two scopes', () => {
    // FNV-1a of "a:1\n", computed with big integers.
    const reference = (text: string): number =>
      Number([...new TextEncoder().encode(text)].reduce((hash, byte) => ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn, 0x811c9dc5n));
    expect(digest(new Map([['a', 1]]))).toBe(reference('a:1\n'));
    expect(digest(new Map([[B, 2], [A, 1]]))).toBe(reference(`${A}:1\n${B}:2\n`));
  });

  it('does not depend on the order of the scopes and depends on every head', () => {
    expect(digest(new Map([[A, 1], [B, 2]]))).toBe(digest(new Map([[B, 2], [A, 1]])));
    expect(digest(new Map([[A, 1], [B, 2]]))).not.toBe(digest(new Map([[A, 1], [B, 3]])));
  });

  it('is an unsigned number, as the server writes it', () => {
    for (let seq = 0; seq < 200; seq += 1) expect(digest(new Map([[A, seq]]))).toBeGreaterThanOrEqual(0);
  });
});
