import { describe, expect, it } from 'vitest';
import type { Wire } from '../api/types';
import { aboutOfCase, colleague, OWN, type About } from './about';
import { Cases, type HeldCase } from './cases';
import type { Waiting } from './outbox';
import { alarmsOf, isActive, isNotConfirmed, isUnanswered, isUnwatched, stageOf, type Alarm } from './progress';

const T0 = Date.parse('2026-11-21T22:40:07Z');

function myCase(over: Partial<Wire['MyCase']> = {}): Wire['MyCase'] {
  return {
    id: 'c1',
    reference: '1042',
    revision: 1,
    reached: 'stored',
    stored_at: '2026-11-21T22:40:07Z',
    last_tap_at: '2026-11-21T22:40:07Z',
    facts: {},
    ...over,
  };
}

function held(over: Partial<Wire['MyCase']> = {}): HeldCase {
  return { case: myCase(over), token: 't', taps: [], untakenSince: T0, seen: [] };
}

function waiting(over: Partial<Waiting> = {}, about: About = OWN): Waiting {
  const made = { monotonic: 0, page: 'one', wall: T0 };
  const item = { key: 'k1', kind: 'not_okay' as const, body: '{}', made, tap: 'k1', about };
  return { item, kept: 'kept', attempts: 1, sending: true, failure: undefined, ...over };
}

const alarm = (unsent: Waiting[], of?: HeldCase): Alarm => ({ id: 'a', about: of ? aboutOfCase(of.case) : OWN, unsent, held: of });
const device = (ms: number) => ({ monotonic: () => ms, wall: () => T0 + ms, page: 'one' });

describe('the stage of an alarm', () => {
  it('is sending until an attempt has failed, then queued, also while the next one is under way', () => {
    expect(stageOf(alarm([waiting()]))).toBe('sending');
    const failure = { why: 'unreachable' as const };
    expect(stageOf(alarm([waiting({ failure, sending: false })]))).toBe('queued');
    expect(stageOf(alarm([waiting({ failure, sending: true })]))).toBe('queued');
  });

  it('follows the case once nothing is unsent', () => {
    expect(stageOf(alarm([], held()))).toBe('stored');
    expect(stageOf(alarm([], held({ reached: 'on_console' })))).toBe('on_console');
    expect(stageOf(alarm([], held({ reached: 'taken', taken_by: 'A. Diallo' })))).toBe('taken');
    expect(stageOf(alarm([], held({ reached: 'closed' })))).toBe('closed');
  });

  it('never says taken without a name', () => {
    expect(stageOf(alarm([], held({ reached: 'taken' })))).toBe('stored');
    expect(stageOf(alarm([], held({ reached: 'taken', taken_by: '', shown_at: '2026-11-21T22:40:09Z' })))).toBe('on_console');
  });

  it('says taken to a phone that is told no names, by the time of the claim', () => {
    const nameless = { reached: 'taken', taken_at: '2026-11-21T22:41:00Z' } as const;
    expect(stageOf(alarm([], held(nameless)))).toBe('taken');
    expect(isUnanswered(alarm([], held(nameless)), 3_600_000)).toBe(false);
  });

  it('speaks for a second tap that is not stored, even when the case is taken', () => {
    expect(stageOf(alarm([waiting()], held({ reached: 'taken', taken_by: 'A. Diallo' })))).toBe('sending');
  });

  it('is not confirmed from 10 s without the answer', () => {
    expect(isNotConfirmed(alarm([waiting()]), device(9_999))).toBe(false);
    expect(isNotConfirmed(alarm([waiting()]), device(10_000))).toBe(true);
    expect(isNotConfirmed(alarm([], held()), device(99_000))).toBe(false);
  });

  it('is unanswered from 60 s without a claim, and not once it is taken or closed', () => {
    expect(isUnanswered(alarm([], held()), 59_999)).toBe(false);
    expect(isUnanswered(alarm([], held()), 60_000)).toBe(true);
    expect(isUnanswered(alarm([], held({ reached: 'on_console' })), 60_000)).toBe(true);
    expect(isUnanswered(alarm([], held({ reached: 'taken', taken_by: 'A' })), 60_000)).toBe(false);
    expect(isUnanswered(alarm([], held({ reached: 'closed' })), 60_000)).toBe(false);
  });
});

describe('alarms', () => {
  it('puts a second tap with the open case of the same person', () => {
    const [only, ...rest] = alarmsOf([waiting()], [held()]);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ id: 'c1', unsent: [{ item: { key: 'k1' } }] });
  });

  it('keeps a colleague apart', () => {
    const alarms = alarmsOf([waiting({}, colleague('Amina'))], [held()]);
    expect(alarms.map(({ about, id }) => [about, id])).toEqual([
      [colleague('Amina'), 'k1'],
      [OWN, 'c1'],
    ]);
  });

  it('keeps a colleague whose name nobody typed apart from the owner, also where the server calls them "?"', () => {
    const alarms = alarmsOf([waiting({}, colleague(''))], [held()]);
    expect(alarms.map(({ about }) => about)).toEqual([{ kind: 'colleague' }, OWN]);
    const [only, ...rest] = alarmsOf([waiting({}, colleague(''))], [held({ colleague: '?' })]);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ id: 'c1', about: { kind: 'colleague' }, unsent: [{ item: { key: 'k1' } }] });
  });

  it('puts a colleague’s name that is typed again in other letters with the open case', () => {
    expect(alarmsOf([waiting({}, colleague('amina  YUSUF'))], [held({ colleague: 'Amina Yusuf' })])).toHaveLength(1);
  });

  it('does not hang a new tap on a closed case before the server says so', () => {
    const alarms = alarmsOf([waiting()], [held({ reached: 'closed', closed_at: '2026-11-21T22:50:00Z' })]);
    expect(alarms.map(isActive)).toEqual([true, false]);
    expect(alarms[0]?.held).toBeUndefined();
  });
});

describe('the word that no console is open', () => {
  const taken = { reached: 'taken' as const, taken_by: 'A. Diallo' };

  it('stands while no alarm is open, and while one is that nobody has seen', () => {
    expect(isUnwatched(false, [])).toBe(true);
    expect(isUnwatched(false, [alarm([], held({ reached: 'closed' }))])).toBe(true);
    expect(isUnwatched(false, [alarm([waiting()])])).toBe(true);
    expect(isUnwatched(false, [alarm([], held())])).toBe(true);
    expect(isUnwatched(false, [alarm([], held(taken)), alarm([], held())])).toBe(true);
  });

  it('is gone once the case is on a console or taken, also while a further tap is on its way', () => {
    expect(isUnwatched(false, [alarm([], held({ reached: 'on_console' }))])).toBe(false);
    expect(isUnwatched(false, [alarm([], held(taken))])).toBe(false);
    expect(isUnwatched(false, [alarm([waiting()], held(taken))])).toBe(false);
  });

  it('is back when the owner has let go', () => {
    const let_go = { what: 'let_go' as const, name: 'A. Diallo', at: '2026-11-21T22:45:00Z' };
    expect(isUnwatched(false, [alarm([], { ...held({ reached: 'on_console' }), seen: [let_go] })])).toBe(true);
  });

  it('is never said unless the server has said so', () => {
    expect(isUnwatched(true, [])).toBe(false);
    expect(isUnwatched(undefined, [alarm([waiting()])])).toBe(false);
  });
});

describe('the cases of a phone', () => {
  const at = { now: T0, monotonic: 0 };
  const make = (): Cases => new Cases({ server: () => at.now, monotonic: () => at.monotonic }, () => undefined);

  it('keeps the newest revision when answers overtake each other', () => {
    const cases = make();
    cases.apply(myCase({ revision: 5, reached: 'taken', taken_by: 'A. Diallo' }), 't');
    cases.apply(myCase({ revision: 3 }));
    expect(cases.get('c1')?.case.reached).toBe('taken');
  });

  it('does not follow a case it has no token for', () => {
    const cases = make();
    cases.apply(myCase());
    expect(cases.all).toEqual([]);
  });

  it('counts the minute anew when a claim ends', () => {
    const cases = make();
    at.now = T0;
    cases.apply(myCase(), 't');
    cases.apply(myCase({ revision: 2, reached: 'taken', taken_by: 'A' }));
    at.now = T0 + 200_000;
    cases.apply(myCase({ revision: 3 }));
    expect(cases.get('c1')?.untakenSince).toBe(T0 + 200_000);
    at.now = T0 + 210_000;
    cases.apply(myCase({ revision: 4, reached: 'on_console' }));
    expect(cases.get('c1')?.untakenSince).toBe(T0 + 200_000);
  });

  it('counts by the page itself when the clock of the server stands still', () => {
    const cases = make();
    at.now = T0;
    at.monotonic = 1_000;
    cases.apply(myCase(), 't');
    at.monotonic = 61_000;
    const now = cases.get('c1');
    expect(now && cases.untakenFor(now)).toBe(60_000);
    at.now = T0 + 90_000;
    expect(now && cases.untakenFor(now)).toBe(90_000);
  });

  it('lists each stored tap once and finds its case', () => {
    const cases = make();
    const answer = { stored_at: '2026-11-21T22:40:07Z', case_token: 't', joined: false, case: myCase() };
    cases.stored('k1', answer);
    cases.stored('k1', answer);
    cases.stored('k2', { ...answer, stored_at: '2026-11-21T22:41:00Z' });
    expect(cases.get('c1')?.taps.map(({ key }) => key)).toEqual(['k1', 'k2']);
    expect(cases.ofTap('k2')?.case.id).toBe('c1');
  });

  it('forgets a case a day after it was closed', () => {
    const cases = make();
    at.now = T0;
    cases.apply(myCase({ reached: 'closed', closed_at: '2026-11-21T22:40:07Z' }), 't');
    expect(cases.all).toHaveLength(1);
    at.now = T0 + 25 * 3_600_000;
    cases.apply(myCase({ id: 'c2' }), 't2');
    expect(cases.all.map((one) => one.case.id)).toEqual(['c2']);
  });
});
