import { describe, expect, it } from 'vitest';
import type { Wire } from '../../api/types';
import { cut, fakeServer, problem, type Asked } from './fake_server';
import { plainDigits, Proving } from './proving';

const NOW = Date.parse('2026-11-21T22:00:00Z');
const UNTIL = '2026-11-21T22:30:00Z';
const PROVEN: Wire['PhoneNumber'] = { id: 'n1', number: '+25261', kind: 'mobile', verified_at: UNTIL, verified_basis: 'code' };

/** A number whose code is 123456, as the server treats it. */
function scene(codeExpires?: string) {
  const state = { now: NOW, code: '123456', expires: Date.parse(codeExpires ?? '') || 0, tries: 5 };
  const honest = ({ path, body }: Asked): Response => {
    const works = state.expires > state.now;
    if (path === '/v1/me/numbers/n1/code') {
      if (!works) Object.assign(state, { expires: state.now + 30 * 60_000, tries: 5 });
      return Response.json({ expires: new Date(state.expires).toISOString(), tries_left: state.tries });
    }
    if (!works || state.tries === 0) return problem(422, 'invalid_value', '/code');
    if ((body as Wire['ProveNumber']).code === state.code) return Response.json(PROVEN);
    state.tries -= 1;
    return problem(422, 'invalid_value', '/code');
  };
  const server = fakeServer(honest);
  const proven: Wire['PhoneNumber'][] = [];
  const asked: string[] = [];
  const proving = new Proving(
    { client: server.client, now: () => state.now, asked: (expires) => void asked.push(expires), proven: (one) => void proven.push(one) },
    'n1',
  );
  proving.takeUp(codeExpires);
  return { state, server, honest, proven, asked, proving };
}

describe('proving a number', () => {
  it('asks for a code and proves the number by it, spaces and Arabic digits included', async () => {
    const { proving, proven, asked, server } = scene();
    expect(proving.stands).toBe('none');
    await proving.ask();
    expect(proving.stands).toBe('works');
    expect(proving.running.value).toEqual({ expires: Date.parse(UNTIL), tries: 5 });
    expect(asked, 'so that the entry knows of it after a reload').toEqual(['2026-11-21T22:30:00.000Z']);
    await proving.type('١٢٣ ٤٥٦');
    expect(server.asked.at(-1)).toMatchObject({ path: '/v1/me/numbers/n1/verify', body: { code: '123456' } });
    expect([proving.said.value, proving.stands, proven]).toEqual([{ says: 'proven' }, 'none', [PROVEN]]);
  });

  it('reads digits of three scripts and nothing else', () => {
    expect(plainDigits(' 12-34 ٥٦')).toBe('123456');
    expect(plainDigits('۱۲۳۴۵۶')).toBe('123456');
    expect(plainDigits('code')).toBe('');
  });

  it('takes up a code that was asked for on an earlier page, and none over what it knows better', async () => {
    const { proving } = scene(UNTIL);
    expect([proving.stands, proving.running.value?.tries]).toEqual(['works', undefined]);
    await proving.type('000000');
    proving.takeUp('2026-11-21T23:00:00Z');
    expect(proving.running.value).toEqual({ expires: Date.parse(UNTIL), tries: 4 });
  });

  it('sends nothing while it is not six digits', async () => {
    const { proving, server } = scene(UNTIL);
    for (const typed of ['', '12345', '1234567']) {
      await proving.type(typed);
      expect(proving.said.value).toEqual({ says: 'digits' });
    }
    expect(server.asked).toEqual([]);
  });

  it('says how many tries a wrong code leaves, and that five are all', async () => {
    const { proving, state } = scene(UNTIL);
    for (const left of [4, 3, 2, 1]) {
      await proving.type(`00000${left}`);
      expect(proving.said.value).toEqual({ says: 'wrong', tries: left });
    }
    await proving.type('000000');
    expect([proving.said.value, proving.stands]).toEqual([{ says: 'used' }, 'used']);
    state.now = Date.parse(UNTIL);
    expect(proving.stands, 'a new one may be asked for').toBe('over');
    await proving.ask();
    expect([proving.stands, proving.running.value?.tries]).toEqual(['works', 5]);
  });

  it('says that a code has run out, and asks for no other by itself', async () => {
    const { proving, state, server } = scene(UNTIL);
    state.now = Date.parse(UNTIL) + 1;
    expect(proving.stands).toBe('over');
    await proving.type('123456');
    expect(proving.said.value).toEqual({ says: 'expired' });
    expect(server.asked.map(({ path }) => path)).toEqual(['/v1/me/numbers/n1/verify']);
  });

  it('says that another is on its way when the code ran out at the server only', async () => {
    const { proving, state, server, honest } = scene(UNTIL);
    server.answer((asked) => {
      if (asked.path.endsWith('/verify')) Object.assign(state, { expires: 0, now: NOW + 60_000 });
      return honest(asked);
    });
    await proving.type('123456');
    expect(proving.said.value).toEqual({ says: 'renewed' });
    expect(proving.stands).toBe('works');
  });

  it('keeps what was typed when no answer came, and sends it again as one and the same try', async () => {
    const { proving, server, honest } = scene(UNTIL);
    server.answer(cut);
    await proving.type('123456');
    expect(proving.said.value).toEqual({ says: 'unreached', of: 'code' });
    server.answer(honest);
    await proving.type('123456');
    expect(proving.said.value).toEqual({ says: 'proven' });
    expect(new Set(server.asked.map(({ key }) => key)).size).toBe(1);
  });

  it('uses another key for another code', async () => {
    const { proving, server } = scene(UNTIL);
    await proving.type('000001');
    await proving.type('000001');
    const tries = server.asked.filter(({ path }) => path.endsWith('/verify'));
    expect(new Set(tries.map(({ key }) => key)).size, 'the same wrong code typed twice is two tries').toBe(2);
    expect(proving.said.value).toEqual({ says: 'wrong', tries: 3 });
  });

  it('says that a request did not get through, and repeats the same one', async () => {
    const { proving, server, honest } = scene();
    server.answer(() => problem(503, 'busy'));
    await proving.ask();
    expect([proving.said.value, proving.stands]).toEqual([{ says: 'unreached', of: 'ask' }, 'none']);
    server.answer(honest);
    await proving.ask();
    expect([proving.said.value, proving.stands]).toEqual([undefined, 'works']);
    expect(new Set(server.asked.map(({ key }) => key)).size).toBe(1);
  });

  it('says that the number is gone, and what else the server says in its words', async () => {
    const { proving, server } = scene(UNTIL);
    server.answer(() => problem(404, 'not_found'));
    await proving.type('123456');
    expect(proving.said.value).toEqual({ says: 'gone' });
    server.answer(() => problem(403, 'forbidden'));
    await proving.ask();
    expect(proving.said.value).toEqual({ says: 'refused', detail: 'about forbidden' });
  });

  it('does not know how many tries are left when that answer is lost', async () => {
    const { proving, server, honest } = scene(UNTIL);
    server.answer((asked) => (asked.path.endsWith('/code') ? cut() : honest(asked)));
    await proving.type('000000');
    expect(proving.said.value).toEqual({ says: 'wrong', tries: undefined });
  });
});
