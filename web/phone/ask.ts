import type { Device } from './device';

/** A read is given up after this, in milliseconds. */
const READ_MS = 10_000;

/** What came of a read. */
export type Answer =
  | { kind: 'fresh'; body: unknown; etag: string | null }
  | { kind: 'same' }
  | { kind: 'refused'; status: number }
  | { kind: 'unreachable' };

/**
 * Reads one resource with `If-None-Match`. `seen` gets every answer, for the server's clock and the capability. Without an
 * `authorization` the device's `fetch` brings its own.
 */
export async function ask(
  device: Pick<Device, 'fetch' | 'after'>,
  path: string,
  authorization: string | undefined,
  etag: string | null,
  seen: (response: Response) => void,
): Promise<Answer> {
  const stop = new AbortController();
  const cancel = device.after(READ_MS, () => stop.abort());
  try {
    const response = await device.fetch(path, {
      headers: { ...(authorization ? { Authorization: authorization } : {}), ...(etag ? { 'If-None-Match': etag } : {}) },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal,
    });
    if (response.status === 304) {
      seen(response);
      return { kind: 'same' };
    }
    if (response.status >= 500) return { kind: 'unreachable' };
    if (!response.ok) return { kind: 'refused', status: response.status };
    const body = (await response.json()) as unknown;
    seen(response);
    return { kind: 'fresh', body, etag: response.headers.get('ETag') };
  } catch {
    return { kind: 'unreachable' };
  } finally {
    cancel();
  }
}
