import type { FromConsole, Snapshot, ToConsole } from '../wire';
import { LiveMachine, type FeedView, type LiveEffect, type LiveInput } from './machine';

/** The part of a WebSocket that is used; tests give their own. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number }) => void) | null;
}

/** What the link needs from outside. */
export interface LinkParts {
  now: () => number;
  ticket: () => Promise<string>;
  snapshot: () => Promise<Snapshot>;
  socket: () => Socket;
  /** Whether an error of `ticket` or `snapshot` means that the session is over. */
  isSignedOut: (error: unknown) => boolean;
  /** Everything the machine wants done beyond the connection itself. */
  onEffect: (effect: LiveEffect) => void;
  /** Called after every input: the view may have changed. */
  onChange: (view: FeedView) => void;
}

/** The console's live connection: gives the machine its inputs, and does what it says with a socket and two requests. */
export class LiveLink {
  private socket: Socket | undefined;
  /** The dial in progress or connected; none after hanging up. */
  private current: number | undefined;

  constructor(
    private readonly parts: LinkParts,
    private readonly machine: LiveMachine = new LiveMachine(),
  ) {}

  start(): void {
    this.input({ kind: 'start' });
  }

  stop(): void {
    this.input({ kind: 'stop' });
  }

  /** Dials now instead of waiting, when it waits. */
  nudge(): void {
    this.input({ kind: 'nudge' });
  }

  /** To be called a few times a second: the machine has no timers. */
  tick(): void {
    this.input({ kind: 'tick' });
  }

  /** Sends a frame if the feed is live; otherwise it is out of date by the time it could be sent. */
  send(frame: FromConsole): boolean {
    if (this.machine.view(this.parts.now()).phase !== 'live') return false;
    this.write(frame);
    return true;
  }

  private input(input: LiveInput): void {
    const effects = this.machine.handle(input, this.parts.now());
    for (const effect of effects) this.perform(effect);
    this.parts.onChange(this.machine.view(this.parts.now()));
  }

  private perform(effect: LiveEffect): void {
    switch (effect.do) {
      case 'dial':
        this.current = effect.dial;
        this.parts.onEffect(effect);
        void this.dial(effect.dial);
        return;
      case 'send':
        this.write(effect.frame);
        return;
      case 'fetchSnapshot':
        void this.fetchSnapshot(effect.dial);
        return;
      case 'hangUp':
        this.hangUp();
        return;
      default:
        this.parts.onEffect(effect);
    }
  }

  private async dial(dial: number): Promise<void> {
    let ticket: string;
    try {
      ticket = await this.parts.ticket();
    } catch (error) {
      this.input({ kind: 'failed', dial, signedOut: this.parts.isSignedOut(error) });
      return;
    }
    // The machine may have given this dial up while the ticket was on its way.
    if (dial !== this.current) return;
    const socket = this.parts.socket();
    this.socket = socket;
    socket.onopen = () => this.input({ kind: 'ticket', dial, ticket });
    socket.onmessage = ({ data }) => this.receive(dial, data);
    socket.onclose = ({ code }) => this.input({ kind: 'closed', dial, code });
  }

  private receive(dial: number, data: unknown): void {
    let frame: ToConsole;
    try {
      frame = JSON.parse(String(data)) as ToConsole;
    } catch {
      // Not JSON: this is not our server, or bytes were lost. A new dial finds out.
      this.input({ kind: 'failed', dial, signedOut: false });
      return;
    }
    this.input({ kind: 'frame', dial, frame });
  }

  private async fetchSnapshot(dial: number): Promise<void> {
    try {
      const snapshot = await this.parts.snapshot();
      this.input({ kind: 'snapshot', dial, snapshot });
    } catch (error) {
      this.input({ kind: 'failed', dial, signedOut: this.parts.isSignedOut(error) });
    }
  }

  private write(frame: FromConsole): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private hangUp(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.current = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
