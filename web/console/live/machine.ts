import type { FromConsole, LiveEvent, LiveNotice, Provisional, Snapshot, ToConsole, Trouble } from '../wire';
import { CLOCKS, freshness, redialDelay, restartDelay, type FeedMoments, type Freshness } from './clocks';
import { digest } from './digest';
import { Lag } from './lag';

/** Version of the live protocol this console speaks. */
export const PROTOCOL = 1;

/** Where the connection stands. Only `live` means that every scope has caught up. */
export type Phase = 'idle' | 'waiting' | 'dialing' | 'greeting' | 'snapshot' | 'catching' | 'live' | 'ended';

/** What happens to the machine. Answers carry the number of the dial they belong to; those of an older dial are void. */
export type LiveInput =
  | { kind: 'start' }
  | { kind: 'stop' }
  | { kind: 'nudge' }
  | { kind: 'tick' }
  | { kind: 'ticket'; dial: number; ticket: string }
  | { kind: 'frame'; dial: number; frame: ToConsole }
  | { kind: 'snapshot'; dial: number; snapshot: Snapshot }
  | { kind: 'failed'; dial: number; signedOut: boolean }
  | { kind: 'closed'; dial: number; code: number };

/** What the machine wants done; one module does it. */
export type LiveEffect =
  | { do: 'dial'; dial: number }
  | { do: 'send'; frame: FromConsole }
  | { do: 'fetchSnapshot'; dial: number }
  | { do: 'hangUp' }
  | { do: 'replace'; snapshot: Snapshot; newEpoch: boolean }
  | { do: 'apply'; event: LiveEvent }
  | { do: 'tell'; notice: LiveNotice }
  | { do: 'testAlarm' }
  | { do: 'serverTime'; at: string }
  | { do: 'troubles'; all: Trouble[] }
  | { do: 'provisional'; taps: Provisional[]; more: number }
  | { do: 'exercise'; on: boolean }
  | { do: 'live'; caughtUp: number; again: boolean }
  | { do: 'signedOut' };

/** What the screen says about the feed. */
export interface FeedView {
  phase: Phase;
  freshness: Freshness;
  /** Since when the list is not proven complete, in milliseconds. */
  staleMs: number;
  /** Dials since the feed was last good. */
  attempt: number;
  /** True from when the server said that it stops until the feed is live again. */
  stopped: boolean;
  /** True when the server no longer speaks this console's protocol: only a reload helps. */
  outdated: boolean;
}

/** 1001 is said by a server or a proxy that goes away, 1012 by ours when it restarts. */
const CLOSE = { leaving: 1001, stopping: 1012, tooSlow: 1013, signedOut: 4001, rightsChanged: 4003 } as const;

/**
 * The console's side of the live protocol, without I/O or timers: inputs go in with the time, effects come out. Time is
 * milliseconds of a monotonic clock.
 */
export class LiveMachine {
  private phase: Phase = 'idle';
  private dialNumber = 0;
  private attempt = 0;
  /** Dials that failed and make the next wait longer. */
  private failures = 0;
  private redialAt = 0;
  private cursors = new Map<string, string>();
  private heads = new Map<string, number>();
  private waitingForSnapshot = new Set<string>();
  private epoch: string | undefined;
  private shownEpoch: string | undefined;
  private mismatches = 0;
  private lag = new Lag();
  private everLive = false;
  private freshAt = 0;
  private heardAt = 0;
  private lostAt: number | undefined;
  private stoppedAt: number | undefined;
  private outdated = false;

  constructor(private readonly random: () => number = Math.random) {}

  /** What the screen says now. */
  view(now: number): FeedView {
    return {
      phase: this.phase,
      freshness: this.phase === 'idle' ? 'connecting' : freshness(this.moments, now),
      staleMs: now - this.freshAt,
      attempt: this.attempt,
      stopped: this.stoppedAt !== undefined,
      outdated: this.outdated,
    };
  }

  /** Takes one input and says what to do. */
  handle(input: LiveInput, now: number): LiveEffect[] {
    switch (input.kind) {
      case 'start':
        return this.start(now);
      case 'stop':
        return this.end([]);
      case 'nudge':
        return this.phase === 'waiting' ? this.dial(now) : [];
      case 'tick':
        return this.tick(now);
      default:
        return input.dial === this.dialNumber && this.connected ? this.answer(input, now) : [];
    }
  }

  private get moments(): FeedMoments {
    const { freshAt, lostAt, everLive } = this;
    return { freshAt, lostAt, everLive, stopped: this.stoppedAt !== undefined };
  }

  private get connected(): boolean {
    return this.phase !== 'idle' && this.phase !== 'waiting' && this.phase !== 'ended';
  }

  private start(now: number): LiveEffect[] {
    if (this.phase !== 'idle') return [];
    this.freshAt = now;
    return this.dial(now);
  }

  private tick(now: number): LiveEffect[] {
    if (this.phase === 'waiting') return now >= this.redialAt ? this.dial(now) : [];
    return this.connected && now - this.heardAt >= CLOCKS.silent ? this.redial(now) : [];
  }

  private answer(input: Extract<LiveInput, { dial: number }>, now: number): LiveEffect[] {
    this.heardAt = now;
    switch (input.kind) {
      case 'ticket': {
        this.phase = 'greeting';
        const cursors = Object.fromEntries(this.cursors);
        return [{ do: 'send', frame: { t: 'hello', protocol: PROTOCOL, ticket: input.ticket, cursors } }];
      }
      case 'frame':
        return this.frame(input.frame, now);
      case 'snapshot':
        return this.snapshot(input.snapshot, now);
      case 'failed':
        return input.signedOut ? this.end([{ do: 'signedOut' }]) : this.redial(now);
      case 'closed':
        return this.closed(input.code, now);
    }
  }

  private frame(frame: ToConsole, now: number): LiveEffect[] {
    switch (frame.t) {
      case 'welcome':
        return this.welcome(frame, now);
      case 'event':
        return this.event(frame, now);
      case 'blank':
        return this.blank(frame, now);
      case 'live':
        return this.live(frame.caught_up, now);
      case 'beat':
        return [{ do: 'serverTime', at: frame.server_time }, { do: 'troubles', all: frame.troubles ?? [] }, ...this.beat(frame.digest, now - this.lag.take(Date.parse(frame.server_time), now), now)];
      case 'notice':
        return this.notice(frame, now);
      case 'test_alarm':
        return this.placed(frame, now, [{ do: 'testAlarm' }]);
      case 'provisional':
        return [{ do: 'provisional', taps: frame.taps, more: frame.more }];
      case 'bye':
        this.outdated ||= frame.problem.code === 'protocol_unsupported';
        return [];
      default:
        // A newer server tells of something that this page does not know: only its place counts, when it has one.
        return hasPlace(frame) ? this.blank(frame, now) : [];
    }
  }

  private welcome(frame: Extract<ToConsole, { t: 'welcome' }>, now: number): LiveEffect[] {
    const listed = new Set(frame.scopes.map(({ scope }) => scope));
    if ([...this.cursors.keys()].some((scope) => !listed.has(scope))) {
      // A scope was taken away: what was seen through it must go too, and only a whole snapshot says what stays.
      this.forget();
      return this.redial(now, true);
    }
    this.lag.take(Date.parse(frame.server_time), now);
    this.epoch = frame.epoch;
    this.waitingForSnapshot = new Set(frame.scopes.filter(({ mode }) => mode === 'snapshot').map(({ scope }) => scope));
    const effects: LiveEffect[] = [
      { do: 'serverTime', at: frame.server_time },
      { do: 'exercise', on: frame.exercise },
    ];
    if (this.waitingForSnapshot.size === 0) this.phase = 'catching';
    else {
      this.phase = 'snapshot';
      effects.push({ do: 'fetchSnapshot', dial: this.dialNumber });
    }
    return effects;
  }

  private snapshot(snapshot: Snapshot, now: number): LiveEffect[] {
    if (this.phase !== 'snapshot') return [];
    // A scope whose first event came after the welcome is in the snapshot too: it starts there like the others.
    const cursors = Object.entries(snapshot.cursors);
    const whole = [...this.waitingForSnapshot].every((scope) => scope in snapshot.cursors);
    if (snapshot.epoch !== this.epoch || !whole) {
      this.forget();
      return this.redial(now);
    }
    for (const [scope, cursor] of cursors) {
      this.cursors.set(scope, cursor);
      this.heads.set(scope, seqOf(cursor));
    }
    const newEpoch = this.shownEpoch !== snapshot.epoch;
    this.shownEpoch = snapshot.epoch;
    this.waitingForSnapshot.clear();
    this.phase = 'catching';
    return [
      { do: 'serverTime', at: snapshot.server_time },
      { do: 'replace', snapshot, newEpoch },
      { do: 'send', frame: { t: 'resume', cursors: Object.fromEntries(cursors) } },
    ];
  }

  private event(event: LiveEvent, now: number): LiveEffect[] {
    return this.placed(event, now, [{ do: 'apply', event }]);
  }

  private notice(notice: LiveNotice, now: number): LiveEffect[] {
    return this.placed(notice, now, [{ do: 'tell', notice }]);
  }

  /** An event without content: only its place counts. */
  private blank(blank: Placed, now: number): LiveEffect[] {
    return this.placed(blank, now, []);
  }

  /** What has the next place in its scope has these effects; what was there before has none, and a gap is healed. */
  private placed({ scope, seq, cursor }: Placed, now: number, effects: LiveEffect[]): LiveEffect[] {
    // A scope that nobody named yet has just had its first event.
    const head = this.heads.get(scope) ?? 0;
    if (seq > head + 1) return this.redial(now, true);
    if (seq <= head) return [];
    this.heads.set(scope, seq);
    this.cursors.set(scope, cursor);
    return effects;
  }

  private live(caughtUp: number, now: number): LiveEffect[] {
    const again = this.everLive;
    this.phase = 'live';
    this.everLive = true;
    this.lostAt = undefined;
    this.stoppedAt = undefined;
    this.freshAt = now;
    return [{ do: 'live', caughtUp, again }];
  }

  /** A beat proves that the list was complete when it was sent; how long it was under way does not count as fresh. */
  private beat(theirs: number, sentAt: number, now: number): LiveEffect[] {
    if (this.phase !== 'live') return [];
    if (theirs === digest(this.heads)) {
      this.freshAt = Math.max(this.freshAt, sentAt);
      this.attempt = 0;
      this.failures = 0;
      this.mismatches = 0;
      return [];
    }
    this.mismatches += 1;
    // The cursors did not heal it the first time, so they are not trusted a second time.
    if (this.mismatches > 1) this.forget();
    return this.redial(now, true);
  }

  private closed(code: number, now: number): LiveEffect[] {
    if (code === CLOSE.signedOut) return this.end([{ do: 'signedOut' }]);
    if (code === CLOSE.stopping || code === CLOSE.leaving) this.stoppedAt = now;
    return this.redial(now, code === CLOSE.tooSlow || code === CLOSE.rightsChanged);
  }

  private dial(now: number): LiveEffect[] {
    this.phase = 'dialing';
    this.dialNumber += 1;
    this.attempt += 1;
    if (!this.restarting(now)) this.failures += 1;
    this.heardAt = now;
    this.lag = new Lag();
    return [{ do: 'dial', dial: this.dialNumber }];
  }

  /** Hangs up and dials again; at once for the first try when the server or a gap asks for it. */
  private redial(now: number, atOnce = false): LiveEffect[] {
    this.lostAt ??= now;
    if (atOnce && this.attempt === 0) return [{ do: 'hangUp' }, ...this.dial(now)];
    this.phase = 'waiting';
    this.redialAt = now + (this.restarting(now) ? restartDelay(this.random) : redialDelay(this.failures, this.random));
    return [{ do: 'hangUp' }];
  }

  /** Whether the server stopped so lately that it is expected back within seconds. */
  private restarting(now: number): boolean {
    return this.stoppedAt !== undefined && now - this.stoppedAt < CLOCKS.restartOver;
  }

  private end(effects: LiveEffect[]): LiveEffect[] {
    this.phase = 'ended';
    return [{ do: 'hangUp' }, ...effects];
  }

  private forget(): void {
    this.cursors.clear();
    this.heads.clear();
  }
}

/** What every frame of a scope's log has: where it stands. */
interface Placed {
  scope: string;
  seq: number;
  cursor: string;
}

function hasPlace(frame: object): frame is Placed {
  const { scope, seq, cursor } = frame as Partial<Record<keyof Placed, unknown>>;
  return typeof scope === 'string' && typeof seq === 'number' && typeof cursor === 'string';
}

/** The sequence number inside a cursor (`EPOCH.SEQ.HASH`), needed for the digest; -1 when there is none. */
function seqOf(cursor: string): number {
  const seq = Number.parseInt(cursor.split('.')[1] ?? '', 10);
  return Number.isNaN(seq) ? -1 : seq;
}
