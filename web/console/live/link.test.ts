import { describe, expect, it } from 'vitest';
import { at } from '../fixtures';
import { LiveLink, type Socket } from './link';
import type { FeedView, LiveEffect } from './machine';
import { LiveMachine } from './machine';

const SCOPE = '00000000-0000-0000-0000-000000000001';

class FakeSocket implements Socket {
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

/** Lets every promise that is settled run on. */
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

function harness(ticket: () => Promise<string> = () => Promise.resolve('T')) {
  const sockets: FakeSocket[] = [];
  const effects: LiveEffect[] = [];
  const views: FeedView[] = [];
  let now = 0;
  const link = new LiveLink(
    {
      now: () => now,
      ticket,
      snapshot: () =>
        Promise.resolve({ server_time: at(0), epoch: 'e', cursors: { [SCOPE]: 'e.4.0' }, cases: [] }),
      socket: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      isSignedOut: (error) => error === 'signed out',
      onEffect: (effect) => effects.push(effect),
      onChange: (view) => views.push(view),
    },
    new LiveMachine(() => 0),
  );
  const receive = (frame: unknown): void => sockets.at(-1)?.onmessage?.({ data: JSON.stringify(frame) });
  const pass = (ms: number): void => void (now += ms);
  return { link, sockets, effects, views, receive, pass };
}

const welcome = {
  t: 'welcome',
  server_time: at(0),
  epoch: 'e',
  exercise: true,
  scopes: [{ scope: SCOPE, name: 'S', head: 4, mode: 'snapshot' }],
};

describe('the link', () => {
  it('comes to live: ticket, hello, snapshot, resume', async () => {
    const { link, sockets, effects, views, receive } = harness();
    link.start();
    await settle();
    sockets[0]?.onopen?.();
    receive(welcome);
    await settle();
    receive({ t: 'live', caught_up: 0 });
    expect(sockets[0]?.sent.map((text) => (JSON.parse(text) as { t: string }).t)).toEqual(['hello', 'resume']);
    expect(effects.map((effect) => effect.do)).toEqual(['dial', 'serverTime', 'exercise', 'serverTime', 'replace', 'live']);
    expect(views.at(-1)?.phase).toBe('live');
    expect(link.send({ t: 'here', visible: true, sound: true, idle_ms: 0 })).toBe(true);
  });

  it('sends nothing while it is not live', () => {
    const { link } = harness();
    expect(link.send({ t: 'shown', taps: [] })).toBe(false);
  });

  it('opens no socket for a ticket that came after its dial was given up', async () => {
    let give: (ticket: string) => void = () => undefined;
    const { link, sockets, pass } = harness(() => new Promise((done) => (give = done)));
    link.start();
    const late = give;
    pass(20_000);
    link.tick();
    link.tick();
    late('old');
    await settle();
    expect(sockets).toHaveLength(0);
    give('new');
    await settle();
    expect(sockets).toHaveLength(1);
  });

  it('says that the session is over when the ticket is refused for it', async () => {
    const { link, effects } = harness(() => Promise.reject('signed out'));
    link.start();
    await settle();
    expect(effects.at(-1)).toEqual({ do: 'signedOut' });
  });

  it('gives up a connection that sends something else than frames', async () => {
    const { link, sockets } = harness();
    link.start();
    await settle();
    sockets[0]?.onopen?.();
    sockets[0]?.onmessage?.({ data: 'not json' });
    expect(sockets[0]?.closed).toBe(true);
  });

  it('stops for good', async () => {
    const { link, sockets, views, pass } = harness();
    link.start();
    await settle();
    link.stop();
    pass(60_000);
    link.tick();
    await settle();
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.closed).toBe(true);
    expect(views.at(-1)?.phase).toBe('ended');
  });
});
