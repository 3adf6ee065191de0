import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Verdict } from './exchange';
import type { Waiting } from './outbox';

/** How the connection stands, as far as this phone can know. */
export type Reach =
  | 'unknown'
  /** The last request was answered, and nothing that was tried is left unsent. */
  | 'reached'
  /** The last request was not answered by the server. */
  | 'lost'
  /** Requests are answered, but something that was sent is not stored. */
  | 'behind';

/**
 * The connection line. One send that failed is enough to take "Connected" away, and no read that succeeds brings it back
 * while that item waits: what counts to the person is whether their alarm got through.
 */
export class Line {
  readonly reach: ReadonlySignal<Reach>;
  private readonly last = signal<Exclude<Reach, 'behind'>>('unknown');

  constructor(waiting: ReadonlySignal<readonly Waiting[]>) {
    this.reach = computed(() => {
      const last = this.last.value;
      return last !== 'lost' && waiting.value.some(({ failure }) => failure !== undefined) ? 'behind' : last;
    });
  }

  /** A request was answered by the server, or was not. */
  heard(yes: boolean): void {
    this.last.value = yes ? 'reached' : 'lost';
  }

  /**
   * A send had no answer from the server. Once the person is told that something is not through, reads alone say whether
   * the line is there: two sentences that took turns would tell nothing.
   */
  sendFailed(): void {
    if (this.reach.value !== 'behind') this.heard(false);
  }

  /** Follows one attempt to send. One that was broken off says nothing of the connection. */
  async follow(attempt: Promise<Verdict>): Promise<Verdict> {
    let verdict: Verdict;
    try {
      verdict = await attempt;
    } catch (error) {
      if (!isAbort(error)) this.sendFailed();
      throw error;
    }
    const why = verdict.kind === 'again' ? verdict.failure.why : undefined;
    // "Busy" may be the server's word or a relay's whose server is away.
    if (why === 'not_ours') this.sendFailed();
    else if (why !== 'busy') this.heard(true);
    return verdict;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
