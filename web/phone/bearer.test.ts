import { describe, expect, it, vi } from 'vitest';
import { Bearer } from './bearer';
import { base64url } from './device_key';
import { proofOf } from './proof';

const refusal = (code: string, more: object = {}): Response => Response.json({ code, detail: '', ...more }, { status: 401 });

function phone(answers: Response[], token: () => string | undefined = () => 'old') {
  const sent: { path: string; method: string; headers: Headers }[] = [];
  const clock = { server: 1_000_000 };
  const renew = vi.fn(async (): Promise<string | undefined> => 'fresh');
  const withdrawn = vi.fn();
  const bearer = new Bearer({
    device: {
      async fetch(path, init) {
        sent.push({ path, method: init.method ?? 'GET', headers: new Headers(init.headers) });
        return answers.shift() ?? Response.error();
      },
    },
    access: async () => token(),
    renew,
    proof: async (method, path, of) => `${clock.server}.${method} ${path} ${of}`,
    corrected: (time) => (clock.server = Date.parse(time)),
    withdrawn,
  });
  return { bearer, sent, renew, withdrawn };
}

describe('sending with the access token', () => {
  it('proves each request for its method, its path and its token, and keeps what it says besides', async () => {
    const { bearer, sent } = phone([Response.json({})]);
    await bearer.fetch('/v1/me/current-place', { method: 'PUT', headers: { 'Idempotency-Key': 'k' }, body: '{}' });
    expect(sent[0]?.headers.get('Authorization')).toBe('Bearer old');
    expect(sent[0]?.headers.get('Muster-Proof')).toBe('1000000.PUT /v1/me/current-place old');
    expect(sent[0]?.headers.get('Idempotency-Key')).toBe('k');
  });

  it('renews a token that has run out once, and takes the second answer whatever it is', async () => {
    const { bearer, sent, renew } = phone([refusal('credential_expired'), refusal('credential_expired')]);
    const answer = await bearer.fetch('/v1/me/now', {});
    expect(answer.status).toBe(401);
    expect(sent.map((one) => one.headers.get('Authorization'))).toEqual(['Bearer old', 'Bearer fresh']);
    expect(renew).toHaveBeenCalledOnce();
  });

  it('sets its clock by the server once and signs again with the same token', async () => {
    const stale = (): Response => refusal('proof_stale', { server_time: '1970-01-01T01:00:00Z' });
    const { bearer, sent, renew } = phone([stale(), Response.json({ ok: true })]);
    expect(await (await bearer.fetch('/v1/me/now', {})).json()).toEqual({ ok: true });
    expect(sent.map((one) => one.headers.get('Muster-Proof'))).toEqual([
      '1000000.GET /v1/me/now old',
      '3600000.GET /v1/me/now old',
    ]);
    expect(renew).not.toHaveBeenCalled();
    const never = phone([stale(), stale(), stale(), stale()]);
    expect((await never.bearer.fetch('/v1/me/now', {})).status).toBe(401);
    expect(never.sent).toHaveLength(3);
  });

  it('says that the right to read was taken away, and asks no more', async () => {
    for (const code of ['device_revoked', 'office_seized']) {
      const { bearer, sent, renew, withdrawn } = phone([refusal(code)]);
      expect((await (await bearer.fetch('/v1/me/now', {})).json()).code).toBe(code);
      expect(withdrawn).toHaveBeenCalledExactlyOnceWith(code);
      expect(renew).not.toHaveBeenCalled();
      expect(sent).toHaveLength(1);
    }
  });

  it('takes no sign-in page for a withdrawal', async () => {
    const { bearer, withdrawn } = phone([new Response('<html>', { status: 401 }), Response.json({})]);
    expect((await bearer.fetch('/v1/me/now', {})).status).toBe(200);
    expect(withdrawn).not.toHaveBeenCalled();
  });

  it('sends nothing without a token', async () => {
    const { bearer, sent } = phone([], () => undefined);
    await expect(bearer.fetch('/v1/me/now', {})).rejects.toThrow();
    expect(sent).toEqual([]);
  });
});

describe('the proof', () => {
  it('is the device key’s over method, path without query, second and hash of the token', async () => {
    const { subtle } = crypto;
    const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
    const sign = async (text: string): Promise<string> => base64url(await subtle.sign(algorithm, pair.privateKey, bytes(text)));
    const proof = await proofOf({ server: () => 1_800_000_000_999, sign, subtle }, 'GET', '/v1/me/now?x=1', 'token');
    const [seconds, signature] = proof?.split('.') ?? [];
    expect(seconds).toBe('1800000000');
    const said = ['GET', '/v1/me/now', '1800000000'];
    const hash = base64url(await subtle.digest('SHA-256', bytes('token')));
    const raw = Uint8Array.from(atob(String(signature).replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    expect(await subtle.verify(algorithm, pair.publicKey, raw, bytes([...said, hash].join('\n')))).toBe(true);
    expect(await subtle.verify(algorithm, pair.publicKey, raw, bytes([...said, `${hash}x`].join('\n')))).toBe(false);
  });

  it('is none while the key cannot be used', async () => {
    const parts = { server: () => 0, subtle: crypto.subtle };
    expect(await proofOf({ ...parts, sign: async () => undefined }, 'GET', '/', 't')).toBeUndefined();
    expect(await proofOf({ ...parts, sign: () => Promise.reject(new Error('gone')) }, 'GET', '/', 't')).toBeUndefined();
    expect(await proofOf({ ...parts, subtle: undefined, sign: async () => 's' }, 'GET', '/', 't')).toBeUndefined();
  });
});
