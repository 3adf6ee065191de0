import type { Code, Problem } from './types';

/** What went wrong with a request, for the person and for the program. */
export class ApiError extends Error {
  constructor(
    /** The server's stable code; `unreachable` when no answer came, `unreadable` when it was not ours. */
    readonly code: Code | 'unreachable' | 'unreadable',
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The whole problem, when the server sent one. */
    readonly problem?: Problem,
  ) {
    super(problem?.detail ?? code);
    this.name = 'ApiError';
  }

  /** Whether the same request may succeed later: nothing says that it was refused. */
  get passing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** One thing a person means to do. Its key is made once, so that however often it is sent it happens once. */
export interface Intent {
  readonly key: string;
  readonly method: WriteMethod;
  readonly path: string;
  /** Sent as JSON; a `Blob` goes as it is, with its own type. */
  readonly body: unknown;
}

/** What a write is sent by. */
export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What the client needs from outside; tests give their own. */
export interface ClientParts {
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  newKey: () => string;
  wait: (ms: number) => Promise<void>;
  /** Headers of every write, such as the console's own. */
  writeHeaders?: Record<string, string>;
  /** Called with every failure, so that a lost session is noticed wherever it shows. */
  onError?: (error: ApiError) => void;
  /**
   * Called with every refusal: true once what it asked for is there, such as a password given again. The same request
   * then goes again, with its key, and nobody has to type it a second time.
   */
  mend?: (error: ApiError) => Promise<boolean>;
}

/** How long one attempt may take before it counts as unreachable, in milliseconds. */
export const ATTEMPT_MS = 15_000;
/** The pauses before a write is sent again with the same key, in milliseconds. */
export const RETRY_PAUSES_MS: readonly number[] = [500, 1_000, 2_000];

/** Talks to the server: JSON in and out, problems as typed errors, writes repeated with one key. */
export class Client {
  constructor(private readonly parts: ClientParts) {}

  /** Reads a resource; `timeoutMs` for one that may be large. */
  get<T>(path: string, headers: Record<string, string> = {}, timeoutMs = ATTEMPT_MS): Promise<T> {
    return this.mended(() => this.once<T>('GET', path, undefined, headers, timeoutMs));
  }

  /** Makes an intent to be performed now or, after a failure, again. */
  intend(path: string, body: unknown, method: WriteMethod = 'POST'): Intent {
    return { key: this.parts.newKey(), method, path, body };
  }

  /**
   * Performs an intent; a passing failure is tried again with the same key before it is reported. `timeoutMs` for one
   * attempt that may take long, such as a file.
   */
  perform<T>(intent: Intent, headers: Record<string, string> = {}, timeoutMs = ATTEMPT_MS): Promise<T> {
    const all = { 'Idempotency-Key': intent.key, ...headers };
    return this.mended(() => this.repeated<T>(intent, all, timeoutMs));
  }

  /** Sends a write that has no key and is not repeated: signing in and out, tickets, one-time links. */
  send<T>(method: WriteMethod, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.mended(() => this.once<T>(method, path, body, headers));
  }

  /** Each kind of refusal is mended once: asking for it again and again would never end. */
  private async mended<T>(attempt: () => Promise<T>): Promise<T> {
    const mended = new Set<string>();
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const known = mended.has(error.code);
        mended.add(error.code);
        if (!known && !error.passing && (await this.parts.mend?.(error))) continue;
        this.parts.onError?.(error);
        throw error;
      }
    }
  }

  private async repeated<T>(intent: Intent, headers: Record<string, string>, timeoutMs: number): Promise<T> {
    for (const pause of RETRY_PAUSES_MS) {
      try {
        return await this.once<T>(intent.method, intent.path, intent.body, headers, timeoutMs);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.passing) throw error;
        await this.parts.wait(pause);
      }
    }
    return this.once<T>(intent.method, intent.path, intent.body, headers, timeoutMs);
  }

  private async once<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    timeoutMs = ATTEMPT_MS,
  ): Promise<T> {
    const write = method === 'GET' ? {} : this.parts.writeHeaders;
    const response = await this.answer(path, {
      signal: AbortSignal.timeout(timeoutMs),
      method,
      headers: { ...typeOf(body), ...write, ...headers },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
    return read<T>(response);
  }

  private async answer(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.parts.fetch(path, init);
    } catch {
      throw new ApiError('unreachable', 0);
    }
  }
}

function typeOf(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  return { 'Content-Type': body instanceof Blob ? body.type || 'application/octet-stream' : 'application/json' };
}

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw new ApiError(...(await problemOf(response)));
  if (response.status === 204) return undefined as T;
  // A list that was taken out: the file is the answer.
  if (response.headers.get('Content-Type')?.startsWith('text/csv')) return (await response.blob()) as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError('unreadable', response.status);
  }
}

async function problemOf(response: Response): Promise<[Code | 'unreadable', number, Problem?]> {
  try {
    const problem = (await response.json()) as Problem;
    if (typeof problem.code === 'string') return [problem.code, response.status, problem];
  } catch {
    // Not a problem document: a proxy in between answered. The status says what is known.
  }
  return ['unreadable', response.status];
}
