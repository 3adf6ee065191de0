import { describe, expect, it } from 'vitest';
import { unread } from './told';
import type { Notice } from './wire';

const notice = (id: string, minute: number, loud = true): Notice => ({
  id,
  deed: 'glass_broken',
  actor: { kind: 'console', name: 'A. Diallo' },
  at: new Date(Date.UTC(2026, 10, 22, 5, minute)).toISOString(),
  loud,
  what: 'office Somaria',
});

describe('what everybody here must know', () => {
  it('is what is loud and was not read, the newest first', () => {
    const all = [notice('a', 1), notice('b', 3), notice('quiet', 4, false), notice('c', 2)];
    expect(unread(all, []).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
    expect(unread(all, ['b', 'a']).map(({ id }) => id)).toEqual(['c']);
  });
});
