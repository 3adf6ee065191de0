import type { Wire } from '../api/types';
import { pauseAfter } from './backoff';
import type { Device } from './device';
import { isNow } from './now_poll';
import { isWithdrawn, refusedBy, type Refused, type Withdrawn } from './withdrawn';

const PROTOCOL = 1;
/** How often the phone says that it is there, in milliseconds. */
export const PING_MS = 60_000;
/** A server that has not answered `hello` or `ping` after this is taken for gone, in milliseconds. */
export const SILENT_MS = 10_000;
/** Reconnects are spread over this when nothing is urgent, in milliseconds... */
export const JITTER_MS = 30_000;
/** ...and over this while a case is open. */
export const URGENT_JITTER_MS = 1_000;

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** What the socket needs from outside. */
export interface LiveParts {
  device: Pick<Device, 'after'>;
  open: () => Socket;
  token: () => Promise<string | undefined>;
  renew: () => Promise<string | undefined>;
  /** The proof that goes with a token in `hello`; none while this phone cannot sign. */
  proof: (token: string) => Promise<string | undefined>;
  /** The server has said what time it is: the proof was refused for this phone's clock. */
  corrected: (serverTime: string) => void;
  withdrawn: (why: Withdrawn) => void;
  /** Whether a case is open. */
  urgent: () => boolean;
  /** 0 to 1. */
  chance: () => number;
  tell: (now: Wire['Now'], serverTime: string) => void;
  changed: (up: boolean) => void;
}

/** The phone's live socket. It only makes news arrive sooner: the app does its whole work without it. */
export class LiveSocket {
  private socket: Socket | undefined;
  private up = false;
  private connecting = false;
  private failures = 0;
  private tokenRefused = false;
  private disarm: () => void = () => undefined;

  constructor(private readonly parts: LiveParts) {}

  get isUp(): boolean {
    return this.up;
  }

  /** Connects now unless it is connected: at start, on foreground, when a case opens, when the network is back. */
  hurry(): void {
    if (this.socket || this.connecting) return;
    this.disarm();
    void this.connect();
  }

  private async connect(): Promise<void> {
    this.connecting = true;
    const token = await (this.tokenRefused ? this.parts.renew() : this.parts.token());
    const proof = token && (await this.parts.proof(token));
    this.connecting = false;
    if (token === undefined || proof === undefined) return this.later();
    this.tokenRefused = false;
    let socket: Socket;
    try {
      socket = this.parts.open();
    } catch {
      return this.later();
    }
    this.socket = socket;
    socket.onclose = () => this.closed(socket);
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', protocol: PROTOCOL, token, proof }));
    socket.onmessage = ({ data }) => this.received(data);
    this.dropIfSilent(socket);
  }

  private received(data: unknown): void {
    const frame = frameOf(data);
    if (frame?.t === 'now' && isNow(frame.now)) {
      this.failures = 0;
      this.setUp(true);
      this.parts.tell(frame.now, frame.server_time);
      this.pingLater();
    } else if (frame?.t === 'pong') {
      this.pingLater();
    } else if (frame?.t === 'bye') {
      this.refused(frame.problem.status, refusedBy(frame.problem));
      this.socket?.close();
    }
  }

  private refused(status: number, { code, serverTime }: Refused): void {
    if (isWithdrawn(code)) this.parts.withdrawn(code);
    else if (code === 'proof_stale' && serverTime !== undefined) this.parts.corrected(serverTime);
    else this.tokenRefused = status === 401;
  }

  private pingLater(): void {
    const { socket } = this;
    this.disarm();
    this.disarm = this.parts.device.after(PING_MS, () => {
      if (!socket || socket !== this.socket) return;
      socket.send(JSON.stringify({ t: 'ping' }));
      this.dropIfSilent(socket);
    });
  }

  private dropIfSilent(socket: Socket): void {
    this.disarm();
    this.disarm = this.parts.device.after(SILENT_MS, () => {
      socket.close();
      this.closed(socket);
    });
  }

  private closed(socket: Socket): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    this.setUp(false);
    this.later();
  }

  private later(): void {
    this.failures += 1;
    this.disarm();
    const urgent = this.parts.urgent();
    const spread = this.parts.chance() * (urgent ? URGENT_JITTER_MS : JITTER_MS);
    const pause = urgent && this.failures === 1 ? 0 : pauseAfter(this.failures);
    this.disarm = this.parts.device.after(pause + spread, () => this.hurry());
  }

  private setUp(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    this.parts.changed(up);
  }
}

function frameOf(data: unknown): Wire['ToPhone'] | undefined {
  try {
    return JSON.parse(String(data)) as Wire['ToPhone'];
  } catch {
    return undefined;
  }
}
