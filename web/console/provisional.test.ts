import { beforeEach, describe, expect, it } from 'vitest';
import { noteOnPaper, noted, provisional, takeProvisional, unnotedNow } from './provisional';
import type { Provisional } from './wire';

const tap = (id: string): Provisional => ({
  id,
  offices: ['Kenya'],
  for_colleague: false,
  occurred_at: '2026-11-22T10:00:00Z',
  held_at: '2026-11-22T10:00:01Z',
  facts: {},
});

beforeEach(() => {
  takeProvisional([], 0);
  noted.value = new Set();
});

describe('alarms that could not be stored yet', () => {
  it('ring until somebody at this console has noted them on paper', () => {
    takeProvisional([tap('1'), tap('2')], 0);
    expect(unnotedNow()).toEqual(['1', '2']);
    noteOnPaper('1');
    expect(unnotedNow()).toEqual(['2']);
    takeProvisional([tap('1'), tap('2'), tap('3')], 4);
    expect(unnotedNow()).toEqual(['2', '3']);
    expect(provisional.value.more).toBe(4);
  });

  it('stay noted while the feed comes and goes, and the memory of it is bounded', () => {
    takeProvisional([tap('1')], 0);
    noteOnPaper('1');
    takeProvisional([], 0);
    takeProvisional([tap('1')], 0);
    expect(unnotedNow()).toEqual([]);
    for (let n = 2; n < 2_000; n += 1) noteOnPaper(String(n));
    expect(noted.value.size).toBe(1_000);
  });
});
