import type { Problem, Wire } from '../api/types';
import type { Device } from './device';
import type { Item, Kind } from './item';

/** Why an attempt did not succeed, as far as this phone can know. */
export interface Failure {
  why:
    | 'unreachable' /* no answer came */
    | 'busy' /* the server said that it cannot store now */
    | 'not_known' /* the server does not accept the credential */
    | 'not_ours' /* something in between answered, such as a Wi-Fi sign-in page */
    | 'held' /* the server holds it and has not stored it */
    | 'no_credential' /* this phone has none yet */
    | 'odd' /* an answer that no document foresees */;
  /** The HTTP status, when an answer came. */
  status?: number;
}

/** What an attempt came to. */
export type Verdict =
  | { kind: 'stored'; stored: Wire['Stored'] }
  | { kind: 'updated'; case: Wire['MyCase'] }
  /** Where the person is for now, as the server has it; none when they are where they usually are. */
  | { kind: 'placed'; place: Wire['CurrentPlace'] | undefined }
  /** It will never be taken as it is: the server said why. */
  | { kind: 'refused'; detail: string }
  | { kind: 'again'; failure: Failure };

const ROUTES: Record<Kind, { method: string; path: string }> = {
  not_okay: { method: 'POST', path: '/v1/not-okay' },
  facts: { method: 'POST', path: '/v1/my-case/facts' },
  position: { method: 'POST', path: '/v1/my-case/position' },
  place: { method: 'PUT', path: '/v1/me/current-place' },
  place_over: { method: 'DELETE', path: '/v1/me/current-place' },
};

/** Answers to all but a Not Okay that will be the same next time. A Not Okay is tried for ever. */
const FINAL = new Set([400, 403, 404, 409, 413, 415, 422]);

/** Sends one attempt of an item. `seen` gets every answer of the server, for its clock and its renewed capability. */
export async function exchange(
  device: Pick<Device, 'fetch'>,
  item: Item,
  authorization: string,
  ageMs: number,
  signal: AbortSignal,
  seen: (response: Response) => void = () => undefined,
): Promise<Verdict> {
  const { method, path } = ROUTES[item.kind];
  const response = await device.fetch(path, {
    method,
    headers: {
      'Content-Type': 'application/json',
      Authorization: authorization,
      'Idempotency-Key': item.key,
      'Muster-Age-Ms': String(ageMs),
    },
    body: item.body,
    keepalive: true,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    signal,
  });
  const body = await bodyOf(response);
  const verdict = judge(item.kind, response.status, body);
  if (verdict.kind !== 'again' || verdict.failure.why !== 'not_ours') seen(response);
  return verdict;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    return undefined;
  }
}

/** What a status and a body mean. "Stored" needs both the server's status and its words: a sign-in page says 200 too. */
export function judge(kind: Kind, status: number, body: unknown): Verdict {
  const again = (why: Failure['why']): Verdict => ({ kind: 'again', failure: { why, status } });
  if (kind === 'place_over' && status === 204) return { kind: 'placed', place: undefined };
  if (status === 200 || status === 201) {
    if (kind === 'place') return isCurrentPlace(body) ? { kind: 'placed', place: body } : again('not_ours');
    if (kind === 'not_okay') return isStored(body) ? { kind: 'stored', stored: body } : again('not_ours');
    return isMyCase(body) ? { kind: 'updated', case: body } : again('not_ours');
  }
  if (status === 202) return again('held');
  if (status === 401) return again('not_known');
  if (status === 429 || status >= 500) return again('busy');
  if (!isProblem(body)) return again('not_ours');
  if (kind !== 'not_okay' && FINAL.has(status)) return { kind: 'refused', detail: body.detail };
  return again('odd');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether a value is a case as this phone may see it. */
export function isMyCase(value: unknown): value is Wire['MyCase'] {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.revision === 'number' &&
    typeof value.reached === 'string' &&
    typeof value.stored_at === 'string' &&
    isObject(value.facts)
  );
}

function isStored(value: unknown): value is Wire['Stored'] {
  return (
    isObject(value) &&
    typeof value.stored_at === 'string' &&
    typeof value.case_token === 'string' &&
    isMyCase(value.case)
  );
}

function isCurrentPlace(value: unknown): value is Wire['CurrentPlace'] {
  return isObject(value) && typeof value.country === 'string' && typeof value.until === 'string';
}

function isProblem(value: unknown): value is Problem {
  return isObject(value) && typeof value.code === 'string' && typeof value.detail === 'string';
}
