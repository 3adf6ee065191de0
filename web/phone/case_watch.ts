import type { Wire } from '../api/types';
import { ask } from './ask';
import { isOpen, type HeldCase } from './cases';
import type { Device } from './device';
import { isMyCase } from './exchange';

/** How often an open case is read, in milliseconds: soon after a tap, later, and while the live socket tells anyway. */
export const SOON_MS = 1_500;
export const LATER_MS = 5_000;
export const BESIDE_SOCKET_MS = 20_000;
/** How long after a start or a tap counts as soon, in milliseconds. */
const SOON_FOR_MS = 90_000;

/** What the watch needs from outside. */
export interface CaseWatchParts {
  device: Pick<Device, 'fetch' | 'after' | 'monotonic'>;
  cases: () => readonly HeldCase[];
  /** Whether the live socket tells of changes. */
  live: () => boolean;
  /** Whether the page is in front; nothing is read while it is not. */
  visible: () => boolean;
  tell: (now: Wire['MyCase']) => void;
  seen: (response: Response) => void;
  reached: (yes: boolean) => void;
}

/** Follows the open cases of this phone by their case tokens alone: no sign-in and no socket is needed. */
export class CaseWatch {
  private readonly etags = new Map<string, string | null>();
  private running = false;
  private hurried = 0;
  private disarm: () => void = () => undefined;

  constructor(private readonly parts: CaseWatchParts) {}

  /** Looks now, and often for a while: a tap was stored, the page came to the front, the network is back. */
  hurry(): void {
    this.hurried = this.parts.device.monotonic();
    this.disarm();
    void this.look();
  }

  /** Goes on, or begins, at the pace of the moment. */
  private arm(): void {
    this.disarm();
    const fresh = this.parts.device.monotonic() - this.hurried < SOON_FOR_MS;
    const pause = this.parts.live() ? BESIDE_SOCKET_MS : fresh ? SOON_MS : LATER_MS;
    this.disarm = this.parts.device.after(pause, () => void this.look());
  }

  private async look(): Promise<void> {
    if (this.running) return;
    this.running = true;
    const open = this.parts.cases().filter((held) => isOpen(held.case));
    if (this.parts.visible()) for (const held of open) await this.read(held);
    this.running = false;
    if (open.length > 0) this.arm();
  }

  private async read({ case: known, token }: HeldCase): Promise<void> {
    const { parts } = this;
    const answer = await ask(parts.device, '/v1/my-case', `Case ${token}`, this.etags.get(known.id) ?? null, parts.seen);
    parts.reached(answer.kind !== 'unreachable');
    if (answer.kind !== 'fresh' || !isMyCase(answer.body)) return;
    this.etags.set(known.id, answer.etag);
    parts.tell(answer.body);
  }
}
