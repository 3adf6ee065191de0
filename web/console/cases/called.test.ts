import { describe, expect, it } from 'vitest';
import type { Change, TimelineEntry } from '../wire';
import { calledOf, toneOf } from './called';

const line = (at: string, change: Change): TimelineEntry =>
  ({ id: at, revision: 1, at, occurred_at: at, actor: { kind: 'system', name: 'ladder' }, change }) as TimelineEntry;
const person = (id: string, channels: string[], proven = true) => ({ person: id, name: id, role: 'field_security_officer', proven, channels });
const called = (at: string, ...people: ReturnType<typeof person>[]) =>
  line(at, { what: 'called', step: 'duty_officer', people, passed: false } as unknown as Change);
const result = (at: string, id: string, channel: string, state: string) =>
  line(at, { what: 'call_result', person: id, name: id, channel, state } as unknown as Change);

describe('who was called', () => {
  it('is each person once, the last ones first, with the newest word of each channel', () => {
    const timeline = [
      called('1', person('ken', ['sms'], false)),
      result('2', 'ken', 'sms', 'accepted'),
      called('3', person('ken', ['voice', 'sms'])),
      called('4', person('rosa', ['sms'])),
      result('5', 'ken', 'sms', 'delivered'),
      result('6', 'ken', 'voice', 'answered'),
      result('7', 'nobody', 'sms', 'failed'),
    ];
    const found = calledOf(timeline);
    expect(found.map(({ person }) => person)).toEqual(['rosa', 'ken']);
    expect(found[1]).toMatchObject({ since: '1', proven: true });
    expect(found[1]?.ways.map(({ channel, state }) => [channel, state])).toEqual([
      ['sms', 'delivered'],
      ['voice', 'answered'],
    ]);
    expect(found[0]?.ways).toEqual([{ channel: 'sms', state: 'pending', trouble: null, at: '4' }]);
  });

  it('never takes an arrival for success', () => {
    expect(['answered', 'opened'].map((state) => toneOf(state as never))).toEqual(['good', 'good']);
    expect(['failed', 'expired'].map((state) => toneOf(state as never))).toEqual(['bad', 'bad']);
    for (const state of ['pending', 'sending', 'accepted', 'ringing', 'delivered', 'displayed', 'superseded']) {
      expect(toneOf(state as never)).toBe('waits');
    }
  });
});
