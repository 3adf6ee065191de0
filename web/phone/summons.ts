import type { Wire } from '../api/types';
import type { Device } from './device';

/** A message by which this phone was woken: somebody calls its owner. */
export interface Summons {
  /** The message's identifier. */
  readonly message: string;
  /** When it came, in milliseconds since 1970: by the server's clock where it has answered. */
  readonly at: number;
  /** The same by this phone's clock, which may be wrong: how long it is kept is counted from then. */
  readonly came: number;
  /** What it says, and in which language; none while the server has not been reached. */
  readonly said: Pick<Wire['WokenFor'], 'text' | 'language'> | undefined;
  /** It does not matter any more. */
  readonly over: boolean;
  /** The person has put it away. */
  readonly away: boolean;
  /** What happened here and the server has not heard yet. */
  readonly unheard: Wire['PushEvent'] | undefined;
}

/** Where they lie, newest first. */
export interface SummonsStore {
  load(): Promise<readonly Summons[] | undefined>;
  save(all: readonly Summons[]): Promise<void>;
  remove(): Promise<void>;
}

/** What the book needs from outside. */
export interface SummonsParts {
  device: Pick<Device, 'fetch' | 'after' | 'wall'>;
  store: SummonsStore;
  /** Runs `work` while neither a window nor the worker changes them. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What the server answered. `gone`: it knows no such message any more. */
export type Answer = { is: 'told'; told: Wire['WokenFor']; at: number } | { is: 'gone' } | { is: 'silent' };

/** How long an answer is waited for, in milliseconds: a push must be dealt with before the browser ends its worker. */
export const ASK_MS = 20_000;
/** The newest that are kept, and for how long, in milliseconds. */
export const SUMMONS_MAX = 10;
const KEPT_MS = 24 * 60 * 60 * 1_000;

/** The messages by which this phone was woken. The worker and every window write in it. */
export class SummonsBook {
  constructor(private readonly parts: SummonsParts) {}

  /** All that are kept, newest first; none when they cannot be read. */
  async all(): Promise<readonly Summons[]> {
    const since = this.parts.device.wall() - KEPT_MS;
    const kept = (await this.parts.store.load().catch(() => undefined)) ?? [];
    return kept.filter(({ came }) => came > since).slice(0, SUMMONS_MAX);
  }

  /** Writes one down, or what has changed of it. */
  async note(message: string, change: Partial<Omit<Summons, 'message' | 'came'>>): Promise<void> {
    await this.parts.alone(async () => {
      const all = await this.all();
      const known = all.find((one) => one.message === message);
      const now = this.parts.device.wall();
      const fresh: Summons = { message, at: now, came: now, said: undefined, over: false, away: false, unheard: undefined };
      // It came when it came first, whenever it was asked about since.
      const at = (known?.said && known.at) ?? change.at ?? known?.at ?? now;
      const changed = { ...(known ?? fresh), ...change, at };
      const others = all.filter((one) => one !== known);
      const next = known ? all.map((one) => (one === known ? changed : one)) : [changed, ...others];
      // One that cannot be kept is shown all the same.
      await this.parts.store.save(next.slice(0, SUMMONS_MAX)).catch(() => undefined);
    });
  }

  /** Forgets all: this phone changed hands, or may read nothing any more. */
  async forget(): Promise<void> {
    await this.parts.alone(() => this.parts.store.remove().catch(() => undefined));
  }

  /** Tells the server what happened to a message, and asks what it was for. */
  async ask(message: string, event: Wire['PushEvent']): Promise<Answer> {
    const stop = new AbortController();
    const cancel = this.parts.device.after(ASK_MS, () => stop.abort());
    try {
      const response = await this.parts.device.fetch('/v1/woken', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ message, event } satisfies Wire['Woken']),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: stop.signal,
      });
      const body = (await response.json()) as unknown;
      if (response.status === 404 && isObject(body) && body.code === 'not_found') return { is: 'gone' };
      if (!response.ok || !isWokenFor(body)) return { is: 'silent' };
      const at = Date.parse(response.headers.get('Date') ?? '');
      return { is: 'told', told: body, at: Number.isNaN(at) ? this.parts.device.wall() : at };
    } catch {
      return { is: 'silent' };
    } finally {
      cancel();
    }
  }

  /** The same, and writes down what came of it. What the server did not hear is kept until it does. */
  async report(message: string, event: Wire['PushEvent']): Promise<Answer> {
    const answer = await this.ask(message, event);
    if (answer.is === 'silent') await this.note(message, { unheard: event });
    else if (answer.is === 'gone') await this.note(message, { over: true, unheard: undefined });
    else {
      const { text, language, current } = answer.told;
      await this.note(message, { at: answer.at, said: { text, language }, over: !current, unheard: undefined });
    }
    return answer;
  }

  /** Asks anew for those that are not over, and says what the server has not heard. Returns those that still matter. */
  async review(except?: string): Promise<readonly Summons[]> {
    const matters = (one: Summons): boolean => one.unheard !== undefined || !(one.over || one.away);
    const open = (await this.all()).filter((one) => one.message !== except && matters(one));
    await Promise.all(open.map((one) => this.report(one.message, one.unheard ?? 'shown')));
    return (await this.all()).filter((one) => !one.over);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isWokenFor(value: unknown): value is Wire['WokenFor'] {
  return (
    isObject(value) &&
    typeof value.text === 'string' &&
    typeof value.language === 'string' &&
    typeof value.current === 'boolean'
  );
}
