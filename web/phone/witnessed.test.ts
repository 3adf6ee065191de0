import { describe, expect, it } from 'vitest';
import type { Wire } from '../api/types';
import { OWN } from './about';
import { Cases, type HeldCase, type KeptCase } from './cases';
import { happenings } from './happened';
import { alarmLetGoBy, type Alarm } from './progress';
import { takenFrom, WITNESSED_MAX } from './witnessed';
import { en } from './words/en';

const T0 = Date.parse('2026-11-21T22:40:00Z');
const CASE: Wire['MyCase'] = {
  id: 'c1',
  reference: '1042',
  revision: 1,
  reached: 'stored',
  stored_at: '2026-11-21T22:40:00Z',
  last_tap_at: '2026-11-21T22:40:00Z',
  facts: {},
};
const DIALLO = { reached: 'taken', taken_by: 'A. Diallo', taken_at: '2026-11-21T22:41:00Z' } as const;
const LEE = { reached: 'taken', taken_by: 'K. Lee', taken_at: '2026-11-21T22:43:00Z' } as const;

/** A phone that is told, one after the other, how its case stands. */
function phone(kept: readonly KeptCase[] = []) {
  const at = { now: T0 };
  const cases = new Cases({ server: () => at.now, monotonic: () => at.now }, () => undefined);
  cases.restore(kept);
  let revision = 1;
  const told = (time: string, over: Partial<Wire['MyCase']> = {}): void => {
    at.now = Date.parse(`2026-11-21T${time}Z`);
    cases.apply({ ...CASE, revision: (revision += 1), ...over }, 't');
  };
  const held = (): HeldCase => cases.get('c1') ?? expect.fail('The case is gone');
  const alarm = (): Alarm => ({ id: 'c1', about: OWN, unsent: [], held: held() });
  const history = (): string[] =>
    happenings(alarm(), at.now).map(({ says, values }) =>
      en.history[says].replace(/\{(\w+)\}/g, (_, slot: keyof typeof values) => values[slot] ?? ''),
    );
  return { cases, told, held, alarm, history };
}

describe('what a phone saw of its case', () => {
  it('has the name of an owner who let go, and that nobody has the case now', () => {
    const { told, alarm, history } = phone();
    told('22:40:00');
    told('22:41:02', DIALLO);
    expect(alarmLetGoBy(alarm())).toBeUndefined();
    told('22:42:05', { reached: 'on_console', shown_at: '2026-11-21T22:40:30Z' });
    expect(alarmLetGoBy(alarm())).toBe('A. Diallo');
    expect(history()).toEqual([
      'On the operations screen 22:40:30Z',
      'A. Diallo took it 22:41:00Z',
      'A. Diallo no longer has it, noticed 22:42:05Z',
    ]);
  });

  it('says who took it over, and that the one before no longer has it', () => {
    const { told, held, alarm, history } = phone();
    told('22:41:02', DIALLO);
    told('22:43:01', LEE);
    expect(takenFrom(held().seen, held().case)).toBe('A. Diallo');
    expect(alarmLetGoBy(alarm())).toBeUndefined();
    expect(history()).toEqual(['A. Diallo took it 22:41:00Z', 'K. Lee took it 22:43:00Z. A. Diallo no longer has it.']);
  });

  it('has each claim once, also when the same person takes it again', () => {
    const { told, held, history } = phone();
    told('22:41:02', DIALLO);
    told('22:41:30', { ...DIALLO, facts: { danger: 'attack' } });
    told('22:42:00');
    told('22:43:00', { ...DIALLO, taken_at: '2026-11-21T22:42:30.500Z' });
    expect(takenFrom(held().seen, held().case)).toBeUndefined();
    expect(history()).toEqual([
      'A. Diallo took it 22:41:00Z',
      'A. Diallo no longer has it, noticed 22:42:00Z',
      'A. Diallo took it 22:42:30Z',
    ]);
  });

  it('never hears of a loss after the claim that followed it', () => {
    const { told, history } = phone();
    told('22:41:02', DIALLO);
    told('22:43:01');
    told('22:43:02', LEE);
    expect(history().slice(1)).toEqual([
      'A. Diallo no longer has it, noticed 22:43:00Z',
      'K. Lee took it 22:43:00Z',
    ]);
  });

  it('does not call a close a loss, and keeps it when the case is opened again', () => {
    const { told, alarm, history } = phone();
    told('22:41:02', DIALLO);
    told('22:44:01', { reached: 'closed', closed_at: '2026-11-21T22:44:00Z', taken_by: 'A. Diallo', taken_at: DIALLO.taken_at });
    expect(alarmLetGoBy(alarm())).toBeUndefined();
    told('22:50:00', { last_tap_at: '2026-11-21T22:50:00Z' });
    expect(alarmLetGoBy(alarm())).toBeUndefined();
    expect(history()).toEqual(['A. Diallo took it 22:41:00Z', 'Closed 22:44:00Z']);
  });

  it('takes a name that is withheld for no loss', () => {
    const { told, held } = phone();
    told('22:41:01', DIALLO);
    told('22:42:01', { reached: 'taken', taken_at: DIALLO.taken_at });
    expect(held().seen.map(({ what }) => what)).toEqual(['taken']);
  });

  it('is not confused by an answer that was overtaken', () => {
    const { cases, told, alarm } = phone();
    told('22:40:00');
    told('22:41:02', DIALLO);
    cases.apply({ ...CASE, revision: 1 }, 't');
    expect(alarmLetGoBy(alarm())).toBeUndefined();
  });

  it('goes on from what an earlier page kept, whichever of store and server answers first', () => {
    const before = phone();
    before.told('22:41:02', DIALLO);
    const kept = JSON.parse(JSON.stringify(before.cases.all)) as HeldCase[];

    const storeFirst = phone(kept);
    storeFirst.told('22:42:05');
    storeFirst.told('22:42:06');
    expect(alarmLetGoBy(storeFirst.alarm())).toBe('A. Diallo');

    const serverFirst = phone();
    serverFirst.told('22:42:04');
    serverFirst.told('22:42:05');
    serverFirst.cases.restore(kept);
    expect(alarmLetGoBy(serverFirst.alarm())).toBe('A. Diallo');
  });

  it('keeps what this page saw before the store answered, after what was seen before', () => {
    const before = phone();
    before.told('22:41:02', DIALLO);
    const kept = JSON.parse(JSON.stringify(before.cases.all)) as HeldCase[];
    const { cases, told, alarm, history } = phone();
    told('22:42:00');
    told('22:43:01', LEE);
    told('22:44:00');
    cases.restore(kept);
    expect(alarmLetGoBy(alarm())).toBe('K. Lee');
    expect(history()).toEqual([
      'A. Diallo took it 22:41:00Z',
      'K. Lee took it 22:43:00Z',
      'K. Lee no longer has it, noticed 22:44:00Z',
    ]);
  });

  it('takes up a case that a version without this kept', () => {
    const old: KeptCase = { case: { ...CASE, ...DIALLO }, token: 't', taps: [], untakenSince: T0 };
    const { told, history } = phone([old]);
    expect(history()).toEqual(['A. Diallo took it 22:41:00Z']);
    told('22:42:05');
    expect(history().at(-1)).toBe('A. Diallo no longer has it, noticed 22:42:05Z');
  });

  it('is bounded, and keeps the newest', () => {
    const { told, held, alarm } = phone();
    for (let minute = 0; minute < WITNESSED_MAX; minute += 1) {
      const time = `22:${String(minute).padStart(2, '0')}`;
      told(`${time}:10`, { ...DIALLO, taken_at: `2026-11-21T${time}:00Z` });
      told(`${time}:20`);
    }
    expect(held().seen).toHaveLength(WITNESSED_MAX);
    expect(alarmLetGoBy(alarm())).toBe('A. Diallo');
  });
});
