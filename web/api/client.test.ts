import { describe, expect, it } from 'vitest';
import { ApiError, Client, RETRY_PAUSES_MS } from './client';

interface Sent {
  path: string;
  key: string | undefined;
  headers: Record<string, string>;
}

/** A client over a list of answers, one for each attempt. */
function over(answers: (() => Response)[], mend?: (error: ApiError) => Promise<boolean>): { client: Client; sent: Sent[]; waited: number[]; reported: ApiError[] } {
  const sent: Sent[] = [];
  const waited: number[] = [];
  const reported: ApiError[] = [];
  let keys = 0;
  const client = new Client({
    fetch: (path, init) => {
      const headers = init.headers as Record<string, string>;
      sent.push({ path, key: headers['Idempotency-Key'], headers });
      const answer = answers[sent.length - 1];
      return answer ? Promise.resolve().then(answer) : Promise.reject(new Error('no more answers'));
    },
    newKey: () => `key-${(keys += 1)}`,
    wait: (ms) => {
      waited.push(ms);
      return Promise.resolve();
    },
    writeHeaders: { 'Muster-Console': '1' },
    onError: (error) => reported.push(error),
    ...(mend ? { mend } : {}),
  });
  return { client, sent, waited, reported };
}

const ok = (): Response => Response.json({ done: true });
const problem = (status: number, code: string) => (): Response =>
  Response.json({ type: `/errors#${code}`, status, code, title: '', detail: `about ${code}`, owner: 'A. Diallo' }, { status });
const cut = (): Response => {
  throw new TypeError('network');
};

describe('a write', () => {
  it('is repeated with the same key until the server takes it', async () => {
    const { client, sent, waited } = over([problem(503, 'busy'), cut, problem(503, 'database_down'), ok]);
    await expect(client.perform(client.intend('/v1/x', {}))).resolves.toEqual({ done: true });
    expect(new Set(sent.map(({ key }) => key))).toEqual(new Set(['key-1']));
    expect(waited).toEqual(RETRY_PAUSES_MS);
  });

  it('is not repeated when it was refused, and says why', async () => {
    const { client, sent, reported } = over([problem(409, 'already_taken')]);
    const refusal = await client.perform(client.intend('/v1/x', {})).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'already_taken', status: 409, passing: false, problem: { owner: 'A. Diallo' } });
    expect(sent).toHaveLength(1);
    expect(reported).toHaveLength(1);
  });

  it('gives up after its last pause, is reported once, and keeps its key for the next try', async () => {
    const { client, sent, reported } = over([cut, cut, cut, cut, ok]);
    const intent = client.intend('/v1/x', {});
    await expect(client.perform(intent)).rejects.toMatchObject({ code: 'unreachable', status: 0, passing: true });
    expect(reported).toHaveLength(1);
    await client.perform(intent);
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-1', 'key-1', 'key-1', 'key-1']);
  });

  it('has a key of its own for each intent, and carries the console header', async () => {
    const { client, sent } = over([ok, ok]);
    await client.perform(client.intend('/v1/x', {}));
    await client.perform(client.intend('/v1/x', {}));
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-2']);
    expect(sent[0]?.headers['Muster-Console']).toBe('1');
  });
});

describe('a refusal that can be mended', () => {
  const steppingUp = (answer: boolean): { mend: (error: ApiError) => Promise<boolean>; asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      mend: ({ code }) => {
        asked.push(code);
        return Promise.resolve(answer && code.endsWith('_required'));
      },
    };
  };

  it('lets the same request go again with its key, and is not reported', async () => {
    const { mend, asked } = steppingUp(true);
    const { client, sent, reported } = over([problem(403, 'second_factor_required'), problem(403, 'step_up_required'), ok], mend);
    await expect(client.perform(client.intend('/v1/x', {}))).resolves.toEqual({ done: true });
    expect(sent.map(({ key }) => key)).toEqual(['key-1', 'key-1', 'key-1']);
    expect(asked).toEqual(['second_factor_required', 'step_up_required']);
    expect(reported).toEqual([]);
  });

  it('is told when the person turns away, and when it comes a second time', async () => {
    const away = over([problem(403, 'step_up_required')], steppingUp(false).mend);
    await expect(away.client.get('/v1/x')).rejects.toMatchObject({ code: 'step_up_required' });
    expect(away.reported).toHaveLength(1);
    const again = over([problem(403, 'step_up_required'), problem(403, 'step_up_required')], steppingUp(true).mend);
    await expect(again.client.send('POST', '/v1/x')).rejects.toMatchObject({ code: 'step_up_required' });
    expect(again.sent).toHaveLength(2);
  });

  it('is not asked about while the server cannot answer', async () => {
    const { mend, asked } = steppingUp(true);
    const { client } = over([problem(503, 'busy')], mend);
    await expect(client.get('/v1/x')).rejects.toMatchObject({ code: 'busy' });
    expect(asked).toEqual([]);
  });
});

describe('an answer', () => {
  it('that is no problem document is known by its status alone', async () => {
    const { client } = over([() => new Response('<html>Bad gateway</html>', { status: 502 })]);
    await expect(client.get('/v1/x')).rejects.toMatchObject({ code: 'unreadable', status: 502, passing: true });
  });

  it('without a body is nothing', async () => {
    const { client } = over([() => new Response(null, { status: 204 })]);
    await expect(client.send('DELETE', '/v1/session')).resolves.toBeUndefined();
  });

  it('to a read carries no write header', async () => {
    const { client, sent } = over([ok]);
    await client.get('/v1/x');
    expect(sent[0]?.headers).toEqual({});
  });
});
