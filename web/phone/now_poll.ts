import type { Wire } from '../api/types';
import { ask } from './ask';
import type { Device } from './device';

/** How often what waits is asked while the page is open, in milliseconds. */
export const POLL_MS = 60_000;
/** How soon it is asked again when the server could not be reached, in milliseconds. */
export const POLL_AGAIN_MS = 10_000;

/** What the poll needs from outside. */
export interface NowPollParts {
  /** Its `fetch` brings the access token and its proof. */
  device: Pick<Device, 'fetch' | 'after'>;
  /** Whether there is a token to ask with. */
  signedIn: () => Promise<boolean>;
  visible: () => boolean;
  tell: (now: Wire['Now']) => void;
  seen: (response: Response) => void;
  reached: (yes: boolean) => void;
}

/** Whether a value is what waits for a phone. */
export function isNow(value: unknown): value is Wire['Now'] {
  const now = value as Partial<Wire['Now']> | null;
  return typeof now === 'object' && now !== null && typeof now.me?.name === 'string' && Array.isArray(now.cases);
}

/** Asks `GET /v1/me/now` at start, on foreground, and every minute. */
export class NowPoll {
  private etag: string | null = null;
  private running = false;
  private disarm: () => void = () => undefined;

  constructor(private readonly parts: NowPollParts) {}

  /** Asks now, then at its own pace. */
  async hurry(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.disarm();
    const reached = this.parts.visible() ? await this.look() : true;
    this.running = false;
    this.disarm = this.parts.device.after(reached ? POLL_MS : POLL_AGAIN_MS, () => void this.hurry());
  }

  private async look(): Promise<boolean> {
    if (!(await this.parts.signedIn())) return false;
    const answer = await ask(this.parts.device, '/v1/me/now', undefined, this.etag, this.parts.seen);
    const reached = answer.kind !== 'unreachable';
    this.parts.reached(reached);
    if (answer.kind === 'fresh' && isNow(answer.body)) {
      this.etag = answer.etag;
      this.parts.tell(answer.body);
    }
    return reached;
  }
}
