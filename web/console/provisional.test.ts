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

beforeEach(() => takeProvisional([], 0));

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

  it('are gone once they are stored, and so is what was noted of them', () => {
    takeProvisional([tap('1')], 0);
    noteOnPaper('1');
    takeProvisional([], 0);
    expect([unnotedNow(), noted.value.size]).toEqual([[], 0]);
    takeProvisional([tap('1')], 0);
    expect(unnotedNow()).toEqual(['1']);
  });
});
