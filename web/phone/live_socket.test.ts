import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeDevice, pass } from './fake_device';
import { LiveSocket, type Socket } from './live_socket';

const NOW = { me: { name: 'Amina' }, exercise: true, cases: [], contacts: [], watched: true };

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  says(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function phone(urgent: () => boolean = () => false) {
  const sockets: FakeSocket[] = [];
  const told: unknown[] = [];
  const up: boolean[] = [];
  const renew = vi.fn(async () => 'fresh');
  const corrected = vi.fn();
  const withdrawn = vi.fn();
  const signing: { works: boolean } = { works: true };
  const live = new LiveSocket({
    device: fakeDevice(),
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    token: async () => 'token',
    renew,
    proof: async (token) => (signing.works ? `proof of ${token}` : undefined),
    corrected,
    withdrawn,
    urgent,
    chance: () => 0.5,
    tell: (now) => told.push(now),
    changed: (is) => up.push(is),
  });
  return { live, sockets, told, up, renew, corrected, withdrawn, signing };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the live socket', () => {
  it('says hello, tells what waits, and pings every minute', async () => {
    const { live, sockets, told, up } = phone();
    live.hurry();
    await pass(0);
    sockets[0]?.onopen?.();
    sockets[0]?.says({ t: 'now', server_time: '2026-11-21T22:40:07Z', etag: 'e', now: NOW });
    expect(up).toEqual([true]);
    expect(told).toEqual([NOW]);
    await pass(60_000);
    sockets[0]?.says({ t: 'pong' });
    await pass(60_000);
    expect(sockets[0]?.sent).toEqual([{ t: 'hello', protocol: 1, token: 'token', proof: 'proof of token' }, { t: 'ping' }, { t: 'ping' }]);
  });

  it('is up only after the server has spoken, and down when it falls silent', async () => {
    const { live, sockets, up } = phone();
    live.hurry();
    await pass(0);
    sockets[0]?.onopen?.();
    expect(up).toEqual([]);
    sockets[0]?.says({ t: 'now', server_time: '', etag: '', now: NOW });
    await pass(70_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(up).toEqual([true, false]);
  });

  it('spreads reconnects over 30 s, but comes back within a second and a bit while a case is open', async () => {
    const calm = phone();
    calm.live.hurry();
    await pass(0);
    calm.sockets[0]?.onclose?.();
    await pass(15_999);
    expect(calm.sockets).toHaveLength(1);
    await pass(1);
    expect(calm.sockets).toHaveLength(2);

    const urgent = phone(() => true);
    urgent.live.hurry();
    await pass(0);
    urgent.sockets[0]?.onclose?.();
    await pass(500);
    expect(urgent.sockets).toHaveLength(2);
  });

  it('asks for a new token after the server refused the old one', async () => {
    const { live, sockets, renew } = phone(() => true);
    live.hurry();
    await pass(0);
    sockets[0]?.says({ t: 'bye', problem: { status: 401 } });
    sockets[0]?.onclose?.();
    await pass(1_000);
    expect(renew).toHaveBeenCalledOnce();
    sockets[1]?.onopen?.();
    expect(sockets[1]?.sent).toEqual([{ t: 'hello', protocol: 1, token: 'fresh', proof: 'proof of fresh' }]);
  });

  it('sets its clock by the server and dials again when its proof came at another time', async () => {
    const { live, sockets, renew, corrected } = phone(() => true);
    live.hurry();
    await pass(0);
    const problem = { status: 401, code: 'proof_stale', server_time: '2026-11-21T22:40:07Z' };
    sockets[0]?.says({ t: 'bye', problem });
    sockets[0]?.onclose?.();
    expect(corrected).toHaveBeenCalledExactlyOnceWith('2026-11-21T22:40:07Z');
    await pass(1_000);
    expect(sockets).toHaveLength(2);
    expect(renew).not.toHaveBeenCalled();
  });

  it('says that its right to read was taken away', async () => {
    for (const code of ['device_revoked', 'office_seized']) {
      const { live, sockets, withdrawn, renew } = phone(() => true);
      live.hurry();
      await pass(0);
      sockets[0]?.says({ t: 'bye', problem: { status: 401, code } });
      expect(withdrawn).toHaveBeenCalledExactlyOnceWith(code);
      expect(renew).not.toHaveBeenCalled();
    }
  });

  it('does not dial while it cannot sign, and tries again later', async () => {
    const { live, sockets, signing } = phone(() => true);
    signing.works = false;
    live.hurry();
    await pass(0);
    expect(sockets).toHaveLength(0);
    signing.works = true;
    await pass(5_000);
    expect(sockets).toHaveLength(1);
  });

  it('keeps trying while sockets are refused for ever', async () => {
    const { live, sockets, told } = phone();
    live.hurry();
    for (let count = 0; count < 4; count++) {
      await pass(45_000);
      sockets.at(-1)?.onclose?.();
    }
    await pass(45_000);
    expect(sockets.length).toBeGreaterThanOrEqual(5);
    expect(told).toEqual([]);
  });

  it('does not choke on a frame that is not ours', async () => {
    const { live, sockets, told } = phone();
    live.hurry();
    await pass(0);
    sockets[0]?.onmessage?.({ data: 'hello?' });
    sockets[0]?.says({ t: 'now', now: null });
    expect(told).toEqual([]);
  });
});
