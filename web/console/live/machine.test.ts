import { beforeEach, describe, expect, it } from 'vitest';
import { aCase, anEvent, at } from '../fixtures';
import type { LiveNotice, Snapshot, ToConsole, Trouble } from '../wire';
import { CLOCKS, redialDelay } from './clocks';
import { digest } from './digest';
import { LiveMachine, type LiveEffect, type LiveInput } from './machine';

const S1 = '00000000-0000-0000-0000-000000000001';
const S2 = '00000000-0000-0000-0000-000000000002';
const EPOCH = '0000abcd';

let now = 0;
let random = 0;
let machine = new LiveMachine(() => random);
const handle = (input: LiveInput): LiveEffect[] => machine.handle(input, now);
const frame = (content: ToConsole, dial = 1): LiveEffect[] => handle({ kind: 'frame', dial, frame: content });
const kinds = (effects: LiveEffect[]): string => effects.map((effect) => effect.do).join(' ');

type Mode = 'resume' | 'snapshot';
const welcome = (modes: Record<string, Mode>, epoch = EPOCH): ToConsole => ({
  t: 'welcome',
  server_time: at(0),
  epoch,
  exercise: false,
  scopes: Object.entries(modes).map(([scope, mode]) => ({ scope, name: scope, head: 0, mode })),
});
const snapshot = (heads: Record<string, number>, epoch = EPOCH): Snapshot => ({
  server_time: at(0),
  epoch,
  cursors: Object.fromEntries(Object.entries(heads).map(([scope, seq]) => [scope, `${epoch}.${seq}.00000000`])),
  cases: [],
});
const event = (scope: string, seq: number): ToConsole => ({ t: 'event', ...anEvent(scope, seq, aCase(`${scope}-${seq}`)) });
const beat = (heads: Record<string, number>): ToConsole => ({
  t: 'beat',
  server_time: new Date(Date.parse(at(0)) + now).toISOString(),
  heads: {},
  digest: digest(new Map(Object.entries(heads))),
});

/** Dials and comes to `live` with one scope at the given head. */
function goLive(head = 4): void {
  handle({ kind: 'start' });
  handle({ kind: 'ticket', dial: 1, ticket: 'T' });
  frame(welcome({ [S1]: 'snapshot' }));
  handle({ kind: 'snapshot', dial: 1, snapshot: snapshot({ [S1]: head }) });
  frame({ t: 'live', caught_up: 0 });
}

/** Answers dial number `dial` with a resumed scope. */
function resume(dial: number, caughtUp = 0): LiveEffect[] {
  handle({ kind: 'ticket', dial, ticket: 'T' });
  frame(welcome({ [S1]: 'resume' }), dial);
  return frame({ t: 'live', caught_up: caughtUp }, dial);
}

/** Lets time pass until the machine dials; how long that took, in milliseconds. */
function waitUntilDial(): number {
  const from = now;
  while (kinds(handle({ kind: 'tick' })) !== 'dial') now += 100;
  return now - from;
}

beforeEach(() => {
  now = 0;
  random = 0;
  machine = new LiveMachine(() => random);
});

describe('a first connection', () => {
  it('says hello without cursors, takes a snapshot, and resumes at its cursors', () => {
    expect(handle({ kind: 'start' })).toEqual([{ do: 'dial', dial: 1 }]);
    expect(handle({ kind: 'ticket', dial: 1, ticket: 'T' })).toEqual([
      { do: 'send', frame: { t: 'hello', protocol: 1, ticket: 'T', cursors: {} } },
    ]);
    expect(kinds(frame(welcome({ [S1]: 'snapshot', [S2]: 'snapshot' })))).toBe('serverTime exercise fetchSnapshot');
    const taken = handle({ kind: 'snapshot', dial: 1, snapshot: snapshot({ [S1]: 4, [S2]: 9 }) });
    expect(kinds(taken)).toBe('serverTime replace send');
    expect(taken[2]).toEqual({
      do: 'send',
      frame: { t: 'resume', cursors: { [S1]: `${EPOCH}.4.00000000`, [S2]: `${EPOCH}.9.00000000` } },
    });
    expect(kinds(frame(event(S1, 5)))).toBe('apply');
    expect(frame({ t: 'live', caught_up: 1 })).toEqual([{ do: 'live', caughtUp: 1, again: false }]);
    expect(machine.view(now).phase).toBe('live');
  });

  it('resumes every scope of the snapshot, also one whose first event came after the welcome', () => {
    goLive();
    handle({ kind: 'closed', dial: 1, code: 1013 });
    handle({ kind: 'tick' });
    handle({ kind: 'ticket', dial: 2, ticket: 'T' });
    frame(welcome({ [S1]: 'snapshot' }), 2);
    const taken = handle({ kind: 'snapshot', dial: 2, snapshot: snapshot({ [S1]: 4, [S2]: 1 }) });
    expect(taken.at(-1)).toEqual({
      do: 'send',
      frame: { t: 'resume', cursors: { [S1]: `${EPOCH}.4.00000000`, [S2]: `${EPOCH}.1.00000000` } },
    });
  });

  it('starts again without cursors when the snapshot is of another epoch than the welcome', () => {
    handle({ kind: 'start' });
    handle({ kind: 'ticket', dial: 1, ticket: 'T' });
    frame(welcome({ [S1]: 'snapshot' }));
    expect(kinds(handle({ kind: 'snapshot', dial: 1, snapshot: snapshot({ [S1]: 4 }, 'ffff0000') }))).toBe('hangUp');
  });

  it('takes a beat for as old as it is: a line that has become slow proves nothing about now', () => {
    goLive();
    now = 5_000;
    const sent = beat({ [S1]: 4 });
    now = 14_000;
    frame(sent);
    expect(machine.view(now).freshness).toBe('fresh');
    now = 15_000;
    expect(machine.view(now).freshness).toBe('delayed');
  });

  it('does not count as live before every scope has caught up', () => {
    handle({ kind: 'start' });
    handle({ kind: 'ticket', dial: 1, ticket: 'T' });
    frame(welcome({ [S1]: 'snapshot' }));
    handle({ kind: 'snapshot', dial: 1, snapshot: snapshot({ [S1]: 4 }) });
    now = 10_000;
    frame(beat({ [S1]: 4 }));
    expect(machine.view(now)).toMatchObject({ phase: 'catching', freshness: 'delayed' });
  });
});

describe('events', () => {
  it('are taken in their order and once', () => {
    goLive(4);
    expect(kinds(frame(event(S1, 5)))).toBe('apply');
    expect(frame(event(S1, 5))).toEqual([]);
    expect(frame(event(S1, 3))).toEqual([]);
    expect(kinds(frame(event(S1, 6)))).toBe('apply');
  });

  it('start a scope that had none before', () => {
    goLive();
    expect(kinds(frame(event(S2, 1)))).toBe('apply');
    expect(kinds(frame(event(S2, 2)))).toBe('apply');
    expect(frame(beat({ [S1]: 4, [S2]: 2 })).some(({ do: what }) => what === 'dial')).toBe(false);
  });

  it('without content keep their place', () => {
    goLive(4);
    expect(frame({ t: 'blank', scope: S1, seq: 5, cursor: `${EPOCH}.5.00000000` })).toEqual([]);
    expect(kinds(frame(event(S1, 6)))).toBe('apply');
  });

  it('that are notices are told once and keep their place', () => {
    goLive(4);
    const cursor = `${EPOCH}.5.00000000`;
    const what = { id: 'n1', deed: 'glass_broken', actor: { kind: 'console', name: 'A. Diallo' }, at: at(0), loud: true, what: '' } as const;
    const notice: LiveNotice = { scope: S1, seq: 5, cursor, notice: what };
    expect(frame({ t: 'notice', ...notice })).toEqual([{ do: 'tell', notice: { t: 'notice', ...notice } }]);
    expect(frame({ t: 'notice', ...notice })).toEqual([]);
    expect(kinds(frame(event(S1, 6)))).toBe('apply');
    expect(kinds(frame({ t: 'notice', ...notice, seq: 8 }))).toContain('hangUp');
  });

  it('of a kind that a newer server knows keep their place, and without one change nothing', () => {
    goLive(4);
    const unknown = (over: object): ToConsole => ({ t: 'weather', ...over }) as unknown as ToConsole;
    expect(frame(unknown({ scope: S1, seq: 5, cursor: `${EPOCH}.5.00000000` }))).toEqual([]);
    expect(frame(unknown({ forecast: 'rain' }))).toEqual([]);
    expect(kinds(frame(event(S1, 6)))).toBe('apply');
  });

  it('with a gap before them make it dial again at once, with the cursor before the gap', () => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    frame(event(S1, 5));
    expect(kinds(frame(event(S1, 7)))).toBe('hangUp dial');
    expect(handle({ kind: 'ticket', dial: 2, ticket: 'T' })).toEqual([
      { do: 'send', frame: { t: 'hello', protocol: 1, ticket: 'T', cursors: { [S1]: '0000abcd.5.00000000' } } },
    ]);
  });

  it('of a scope nobody named make it dial again when its first event is missing', () => {
    goLive();
    expect(kinds(frame(event(S2, 2)))).toContain('hangUp');
  });

  it('of an older dial are void', () => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    handle({ kind: 'closed', dial: 1, code: 1013 });
    expect(frame(event(S1, 5), 1)).toEqual([]);
  });

  it('caught up after a reconnection are counted for the banner', () => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    handle({ kind: 'closed', dial: 1, code: 1013 });
    handle({ kind: 'ticket', dial: 2, ticket: 'T' });
    frame(welcome({ [S1]: 'resume' }), 2);
    const applied = Array.from({ length: 500 }, (_, index) => kinds(frame(event(S1, 5 + index), 2)));
    expect(applied.every((kind) => kind === 'apply')).toBe(true);
    expect(frame({ t: 'live', caught_up: 500 }, 2)).toEqual([{ do: 'live', caughtUp: 500, again: true }]);
  });
});

describe('what a server says of itself', () => {
  it('names what does not work as it should, and nothing once it does', () => {
    goLive(4);
    const said = (troubles?: Trouble[]): LiveEffect | undefined =>
      frame({ ...(beat({ [S1]: 4 }) as Extract<ToConsole, { t: 'beat' }>), ...(troubles && { troubles }) }).find(({ do: what }) => what === 'troubles');
    expect(said(['relay', 'database'])).toEqual({ do: 'troubles', all: ['relay', 'database'] });
    expect(said()).toEqual({ do: 'troubles', all: [] });
  });

  it('tells of a test alarm once, and keeps its place', () => {
    goLive(4);
    const testAlarm = { key: 'K', node: 'N', stored_at: '2030-03-17T17:47:36Z' };
    const frameOf = (seq: number): ToConsole => ({ t: 'test_alarm', scope: S1, seq, cursor: `${EPOCH}.${seq}.00000000`, test_alarm: testAlarm });
    expect(frame(frameOf(5))).toEqual([{ do: 'testAlarm' }]);
    expect(frame(frameOf(5))).toEqual([]);
    expect(kinds(frame(event(S1, 6)))).toBe('apply');
    expect(kinds(frame(frameOf(8)))).toBe('hangUp');
  });

  it('tells of the alarms that could not be stored yet', () => {
    goLive(4);
    expect(frame({ t: 'provisional', taps: [], more: 3 })).toEqual([{ do: 'provisional', taps: [], more: 3 }]);
  });
});

describe('the digest', () => {
  it('keeps the list fresh when it is the same', () => {
    goLive(4);
    now = 9_000;
    frame(event(S1, 5));
    expect(kinds(frame(beat({ [S1]: 5 })))).toBe('serverTime troubles');
    now = 18_000;
    expect(machine.view(now).freshness).toBe('fresh');
  });

  it('makes it dial again when it differs, and the second time without cursors', () => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    expect(kinds(frame(beat({ [S1]: 5 })))).toBe('serverTime troubles hangUp dial');
    resume(2);
    expect(kinds(frame(beat({ [S1]: 5 }), 2))).toBe('serverTime troubles hangUp');
    now += CLOCKS.redialCap;
    handle({ kind: 'tick' });
    expect(handle({ kind: 'ticket', dial: 3, ticket: 'T' })).toEqual([
      { do: 'send', frame: { t: 'hello', protocol: 1, ticket: 'T', cursors: {} } },
    ]);
  });
});

describe('the clocks', () => {
  it('turn amber 10 s and red 15 s after the last beat, and give the socket up at 20 s', () => {
    goLive(4);
    const seen = [9_999, 10_000, 14_999, 15_000].map((moment) => {
      now = moment;
      expect(handle({ kind: 'tick' })).toEqual([]);
      return machine.view(now).freshness;
    });
    expect(seen).toEqual(['fresh', 'delayed', 'delayed', 'lost']);
    now = 19_999;
    expect(handle({ kind: 'tick' })).toEqual([]);
    now = 20_000;
    expect(kinds(handle({ kind: 'tick' }))).toBe('hangUp');
  });

  it('turn amber 1 s after the socket closed', () => {
    goLive(4);
    random = 0.9;
    now = 2_000;
    handle({ kind: 'closed', dial: 1, code: 1006 });
    now = 2_999;
    expect(machine.view(now).freshness).toBe('fresh');
    now = 3_000;
    expect(machine.view(now).freshness).toBe('delayed');
    now = 15_000;
    expect(machine.view(now).freshness).toBe('lost');
  });

  it('are quiet again only when the list has caught up', () => {
    goLive(4);
    now = 16_000;
    handle({ kind: 'closed', dial: 1, code: 1006 });
    handle({ kind: 'tick' });
    handle({ kind: 'ticket', dial: 2, ticket: 'T' });
    frame(welcome({ [S1]: 'resume' }), 2);
    expect(machine.view(now).freshness).toBe('lost');
    frame({ t: 'live', caught_up: 0 }, 2);
    expect(machine.view(now).freshness).toBe('fresh');
  });

  it('count a connection that never came', () => {
    handle({ kind: 'start' });
    now = 9_999;
    expect(machine.view(now).freshness).toBe('connecting');
    now = 15_000;
    expect(machine.view(now).freshness).toBe('lost');
  });
});

describe('redialling', () => {
  it('waits 0 to 3 s first, then longer, never over 15 s', () => {
    expect(redialDelay(0, () => 0)).toBe(0);
    expect(redialDelay(1, () => 0.999)).toBeLessThan(3_000);
    expect([2, 3, 4, 5, 6].map((attempt) => redialDelay(attempt, () => 0))).toEqual([1_000, 2_000, 4_000, 8_000, 15_000]);
    expect(redialDelay(50, () => 1)).toBe(15_000);
  });

  it('waits its jitter after a connection that broke, and dials at once after one that was too slow', () => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    random = 0.5;
    expect(kinds(handle({ kind: 'closed', dial: 1, code: 1006 }))).toBe('hangUp');
    expect(waitUntilDial()).toBe(1_500);
    resume(2);
    frame(beat({ [S1]: 4 }), 2);
    expect(kinds(handle({ kind: 'closed', dial: 2, code: 1013 }))).toBe('hangUp dial');
  });

  it.each([1012, 1001])('waits 2 to 3 s after a server that stops (%i), and says so until the list is live again', (code) => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    expect(machine.view(now)).toMatchObject({ stopped: false, freshness: 'fresh' });
    expect(kinds(handle({ kind: 'closed', dial: 1, code }))).toBe('hangUp');
    expect(machine.view(now)).toMatchObject({ stopped: true, freshness: 'delayed' });
    expect(waitUntilDial()).toBe(2_000);
    random = 1;
    handle({ kind: 'failed', dial: 2, signedOut: false });
    expect(waitUntilDial()).toBe(3_000);
    expect(machine.view(now)).toMatchObject({ stopped: true, freshness: 'delayed' });
    resume(3);
    expect(machine.view(now)).toMatchObject({ stopped: false, freshness: 'fresh' });
  });

  it('waits longer and longer for a stopped server only when it has not come back in half a minute', () => {
    goLive(4);
    frame(beat({ [S1]: 4 }));
    handle({ kind: 'closed', dial: 1, code: 1012 });
    const waits = Array.from({ length: 21 }, (_, index) => {
      const waited = waitUntilDial();
      handle({ kind: 'failed', dial: index + 2, signedOut: false });
      return waited;
    });
    expect(waits).toEqual([...Array<number>(15).fill(2_000), 0, 1_000, 2_000, 4_000, 8_000, 15_000]);
    expect(machine.view(now)).toMatchObject({ stopped: true, freshness: 'lost' });
  });

  it('does not say that the server stopped when the connection just broke', () => {
    goLive(4);
    handle({ kind: 'closed', dial: 1, code: 1006 });
    expect(machine.view(now).stopped).toBe(false);
  });

  it('goes to sign-in when the session has ended, and stays there', () => {
    goLive(4);
    expect(kinds(handle({ kind: 'closed', dial: 1, code: 4001 }))).toBe('hangUp signedOut');
    now += 60_000;
    expect(handle({ kind: 'tick' })).toEqual([]);
  });

  it('goes to sign-in when the ticket is refused for want of a session', () => {
    handle({ kind: 'start' });
    expect(kinds(handle({ kind: 'failed', dial: 1, signedOut: true }))).toBe('hangUp signedOut');
  });

  it('gets a new ticket when the old one was refused', () => {
    handle({ kind: 'start' });
    handle({ kind: 'ticket', dial: 1, ticket: 'T' });
    expect(kinds(handle({ kind: 'closed', dial: 1, code: 4002 }))).toBe('hangUp');
    now += CLOCKS.jitter;
    expect(handle({ kind: 'tick' })).toEqual([{ do: 'dial', dial: 2 }]);
  });

  it('takes a whole snapshot when a scope was taken away', () => {
    handle({ kind: 'start' });
    handle({ kind: 'ticket', dial: 1, ticket: 'T' });
    frame(welcome({ [S1]: 'snapshot', [S2]: 'snapshot' }));
    handle({ kind: 'snapshot', dial: 1, snapshot: snapshot({ [S1]: 4, [S2]: 4 }) });
    frame({ t: 'live', caught_up: 0 });
    frame(beat({ [S1]: 4, [S2]: 4 }));
    expect(kinds(handle({ kind: 'closed', dial: 1, code: 4003 }))).toBe('hangUp dial');
    handle({ kind: 'ticket', dial: 2, ticket: 'T' });
    expect(kinds(frame(welcome({ [S1]: 'resume' }), 2))).toContain('hangUp');
    now += CLOCKS.redialCap;
    handle({ kind: 'tick' });
    expect(handle({ kind: 'ticket', dial: 3, ticket: 'T' })).toEqual([
      { do: 'send', frame: { t: 'hello', protocol: 1, ticket: 'T', cursors: {} } },
    ]);
  });

  it('marks the snapshot of a restored installation', () => {
    goLive(4);
    handle({ kind: 'closed', dial: 1, code: 1006 });
    now += CLOCKS.jitter;
    handle({ kind: 'tick' });
    handle({ kind: 'ticket', dial: 2, ticket: 'T' });
    frame(welcome({ [S1]: 'snapshot' }, 'ffff0000'), 2);
    const taken = handle({ kind: 'snapshot', dial: 2, snapshot: snapshot({ [S1]: 2 }, 'ffff0000') });
    expect(taken.find((effect) => effect.do === 'replace')).toMatchObject({ newEpoch: true });
  });

  it('says that the page is too old when the server no longer speaks its protocol', () => {
    handle({ kind: 'start' });
    handle({ kind: 'ticket', dial: 1, ticket: 'T' });
    frame({
      t: 'bye',
      problem: { type: '/errors#protocol_unsupported', status: 400, code: 'protocol_unsupported', title: '', detail: '' },
    });
    expect(machine.view(now).outdated).toBe(true);
  });
});
