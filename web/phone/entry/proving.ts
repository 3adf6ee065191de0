import { signal } from '@preact/signals';
import { ApiError, type Client, type Intent } from '../../api/client';
import type { Wire } from '../../api/types';

/** Digits of a code. */
export const CODE_DIGITS = 6;

/** A code that was made for a number, to be spoken to it. */
export interface Running {
  /** Until when it works, in milliseconds by the server's clock. */
  expires: number;
  /** Tries that are left; unknown for one that was asked for on an earlier page. */
  tries: number | undefined;
}

/** What the person is told. */
export type Say =
  | { says: 'proven' }
  /** Not the code; so many tries are left, where that is known. */
  | { says: 'wrong'; tries: number | undefined }
  /** Fewer or more than six digits: nothing was sent, no try is gone. */
  | { says: 'digits' }
  | { says: 'expired' }
  /** It had run out, and another one is asked for already. */
  | { says: 'renewed' }
  /** Five wrong ones. */
  | { says: 'used' }
  /** No answer; what was typed stays. */
  | { says: 'unreached'; of: 'ask' | 'code' }
  /** The number is not this person's any more. */
  | { says: 'gone' }
  | { says: 'refused'; detail: string };

/** What it needs from outside. */
export interface ProvingParts {
  client: Pick<Client, 'intend' | 'perform'>;
  /** Milliseconds since 1970 by the server's clock. */
  now: () => number;
  /** A code was asked for; it works until then. */
  asked: (expires: string) => void;
  /** The server says that the number is proven. */
  proven: (number: Wire['PhoneNumber']) => void;
}

/** Digits as people write them, Arabic and Persian ones too, as the server reads them; everything else is left out. */
export function plainDigits(typed: string): string {
  return typed
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/\D/g, '');
}

/** Proves one number of one's own by the code that is spoken to it. */
export class Proving {
  /** The code that was asked for last; none when none is known of. */
  readonly running = signal<Running | undefined>(undefined);
  readonly said = signal<Say | undefined>(undefined);
  readonly busy = signal(false);
  /** What has had no answer: the same key, so that it counts once. */
  private asking: Intent | undefined;
  private typing: { code: string; intent: Intent } | undefined;

  constructor(
    private readonly parts: ProvingParts,
    private readonly number: string,
  ) {}

  /** Takes up a code that the entry knows of and this page does not: asked for on an earlier one. */
  takeUp(codeExpires: string | null | undefined): void {
    if (!codeExpires || this.running.peek() || this.busy.peek()) return;
    this.running.value = { expires: Date.parse(codeExpires), tries: undefined };
  }

  /** How the code stands: `none` was asked for, it `works`, all its tries are `used`, or its time is `over`. */
  get stands(): 'none' | 'works' | 'used' | 'over' {
    const running = this.running.value;
    if (!running) return 'none';
    if (running.expires <= this.parts.now()) return 'over';
    return running.tries === 0 ? 'used' : 'works';
  }

  /** Asks for a code. One that still works stays the same. */
  ask(): Promise<void> {
    return this.alone(async () => {
      this.said.value = undefined;
      await this.askNow();
    });
  }

  /** Sends what the person heard. */
  type(typed: string): Promise<void> {
    return this.alone(async () => {
      const code = plainDigits(typed);
      this.said.value = code.length === CODE_DIGITS ? undefined : { says: 'digits' };
      if (code.length === CODE_DIGITS) await this.typeNow(code);
    });
  }

  private async askNow(): Promise<Running | undefined> {
    this.asking ??= this.parts.client.intend(`/v1/me/numbers/${this.number}/code`, {});
    try {
      const { expires, tries_left: tries } = await this.parts.client.perform<Wire['CodeAsked']>(this.asking);
      this.asking = undefined;
      this.running.value = { expires: Date.parse(expires), tries };
      this.parts.asked(expires);
      if (tries === 0) this.said.value = { says: 'used' };
      return this.running.value;
    } catch (error) {
      if (!isUnanswered(error)) this.asking = undefined;
      this.said.value = tellOf(error, 'ask');
      return undefined;
    }
  }

  private async typeNow(code: string): Promise<void> {
    if (this.typing?.code !== code) {
      this.typing = { code, intent: this.parts.client.intend(`/v1/me/numbers/${this.number}/verify`, { code }) };
    }
    try {
      const proven = await this.parts.client.perform<Wire['PhoneNumber']>(this.typing.intent);
      this.typing = undefined;
      this.running.value = undefined;
      this.said.value = { says: 'proven' };
      this.parts.proven(proven);
    } catch (error) {
      if (isUnanswered(error)) this.said.value = tellOf(error, 'code');
      else {
        this.typing = undefined;
        this.said.value = error instanceof ApiError && error.code === 'invalid_value' ? await this.why() : tellOf(error, 'code');
      }
    }
  }

  /**
   * Why a code was refused. The server says it in words for people; what the program needs is how the code stands, and
   * asking for one that still works tells that without making another.
   */
  private async why(): Promise<Say> {
    const before = this.running.peek();
    if (before && before.expires <= this.parts.now()) return { says: 'expired' };
    const after = await this.askNow();
    if (!after) return { says: 'wrong', tries: undefined };
    if (before && after.expires !== before.expires) return { says: 'renewed' };
    return after.tries === 0 ? { says: 'used' } : { says: 'wrong', tries: after.tries };
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    if (this.busy.peek()) return;
    this.busy.value = true;
    try {
      await work();
    } finally {
      this.busy.value = false;
    }
  }
}

/** Whether the server may have taken it and its answer was lost, so that it goes again as it was. */
function isUnanswered(error: unknown): boolean {
  return !(error instanceof ApiError) || error.passing || error.code === 'unreadable';
}

function tellOf(error: unknown, of: 'ask' | 'code'): Say {
  if (isUnanswered(error) || !(error instanceof ApiError)) return { says: 'unreached', of };
  return error.code === 'not_found' ? { says: 'gone' } : { says: 'refused', detail: error.message };
}
