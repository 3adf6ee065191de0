import { Client } from '../../api/client';

/** What a fake server saw. */
export interface Asked {
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}

/** Answers one request; throws for a network that is not there. */
export type Answer = (asked: Asked) => Response | Promise<Response>;

/** The server's problem document for a code. */
export function problem(status: number, code: string, field?: string): Response {
  return Response.json({ type: `/errors#${code}`, status, code, title: '', detail: `about ${code}`, field }, { status });
}

/** A network that is not there. */
export function cut(): Response {
  throw new TypeError('network');
}

/** A client over a server that answers as `answer` says; it waits for nothing between its tries. */
export function fakeServer(answer: Answer): { client: Client; asked: Asked[]; answer: (next: Answer) => void } {
  const asked: Asked[] = [];
  let keys = 0;
  const client = new Client({
    async fetch(path, init) {
      const headers = init.headers as Record<string, string>;
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      const one = { method: init.method ?? 'GET', path, key: headers['Idempotency-Key'], body };
      asked.push(one);
      return answer(one);
    },
    newKey: () => `key-${(keys += 1)}`,
    wait: () => Promise.resolve(),
  });
  return { client, asked, answer: (next) => void (answer = next) };
}
