import { signal } from '@preact/signals';
import { ApiError, type Client } from '../api/client';
import type { Wire } from '../api/types';
import type { Language } from '../ui/i18n';
import type { BrowserPush, PushSupport, Subscribed } from './browser_push';
import { askPlace, forgetPlace, isSamePlace, sendPlace, type PlaceStore, type SentPlace } from './push_place';

/** Whether this phone is woken when its owner is called. */
export type Waking =
  | { is: 'asking' }
  /** The server could not be asked: nobody knows. */
  | { is: 'unreached' }
  /** The server sends no Web Push. */
  | { is: 'not_offered' }
  | { is: 'unsupported' }
  /** It would be supported, were the app opened from the home screen. */
  | { is: 'home_screen' }
  /** The person, or the browser for them, does not let this app show notifications. */
  | { is: 'refused' }
  | { is: 'off' }
  /** It was on, and could not be kept so. */
  | { is: 'lost' }
  /** `shownAt` is when it last worked, ISO 8601; none while it never has. */
  | { is: 'on'; shownAt: string | undefined };

/** Why a press changed nothing. */
export type WakingFailure =
  /** The person gave no answer to the browser's question. */
  | { why: 'unanswered' }
  /** The browser's push service gave no subscription. */
  | { why: 'no_subscription' }
  | { why: 'unreached' }
  | { why: 'refused'; detail: string };

/** What it needs from outside. */
export interface WakingParts {
  push: Pick<BrowserPush, 'current' | 'subscribe' | 'end'>;
  support: () => PushSupport;
  permission: () => NotificationPermission;
  ask: () => Promise<NotificationPermission>;
  client: Pick<Client, 'get' | 'intend' | 'perform'>;
  store: PlaceStore;
  /** Whose phone this is; none while that is not known. */
  person: () => string | undefined;
  language: () => Language;
  /** Runs `work` while neither a window nor the worker does the same: each would end what the other has just made. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Asks to be woken, and sees to it that what the server has is what the browser gives. */
export class WakingSwitch {
  readonly state = signal<Waking>({ is: 'asking' });
  /** A press is being carried out. */
  readonly busy = signal(false);
  readonly failure = signal<WakingFailure | undefined>(undefined);
  private checking: Promise<void> | undefined;

  constructor(private readonly parts: WakingParts) {}

  /** Compares what was sent with what there is, and mends it. At each start, and whenever somebody looks. */
  check(): Promise<void> {
    if (this.busy.value) return Promise.resolve();
    this.checking ??= this.parts.alone(() => this.compare()).finally(() => (this.checking = undefined));
    return this.checking;
  }

  /** Turns it on, by a press: the person is asked before anything else, while the browser counts it as their press. */
  async turnOn(): Promise<void> {
    await this.pressed(async () => {
      const permission = await this.parts.ask();
      if (permission === 'denied') this.state.value = { is: 'refused' };
      if (permission === 'default') throw new Failed({ why: 'unanswered' });
      if (permission !== 'granted') return;
      await this.checking;
      await this.parts.alone(async () => {
        const { vapid_key: vapid } = await askPlace(this.parts.client);
        if (vapid === undefined || vapid === null) this.state.value = { is: 'not_offered' };
        else await this.renew(vapid);
      });
    });
  }

  /** Turns it off: the server first, so that nothing here says off while it still sends. */
  async turnOff(): Promise<void> {
    await this.pressed(async () => {
      await this.checking;
      await this.parts.alone(async () => {
        await forgetPlace(this.parts.client);
        await this.drop();
      });
      this.state.value = { is: 'off' };
    });
  }

  /** This phone changed hands or lost its right to read: it is woken no more, and keeps nothing of it. */
  async drop(): Promise<void> {
    await this.parts.store.remove().catch(() => undefined);
    await this.parts.push.end();
  }

  /** Keeps the language on the screen where the worker finds it. */
  async speak(language: Language): Promise<void> {
    const kept = await this.parts.store.load().catch(() => undefined);
    if (kept && kept.language !== language) await this.parts.store.save({ ...kept, language }).catch(() => undefined);
  }

  private async pressed(work: () => Promise<void>): Promise<void> {
    if (this.busy.value) return;
    this.busy.value = true;
    this.failure.value = undefined;
    try {
      await work();
    } catch (error) {
      this.failure.value = failureOf(error);
    } finally {
      this.busy.value = false;
    }
  }

  private async compare(): Promise<void> {
    try {
      this.state.value = await this.compared(await askPlace(this.parts.client));
      if (this.state.value.is === 'on') this.failure.value = undefined;
    } catch {
      // A press that was carried out meanwhile knows better.
      if (!this.busy.value) this.state.value = this.here() ?? { is: 'unreached' };
    }
  }

  /** What this phone knows by itself. */
  private here(): Waking | undefined {
    const support = this.parts.support();
    if (support !== 'yes') return { is: support === 'home_screen' ? 'home_screen' : 'unsupported' };
    return this.parts.permission() === 'denied' ? { is: 'refused' } : undefined;
  }

  private async compared(setting: Wire['PushSetting']): Promise<Waking> {
    const { vapid_key: vapid, channel } = setting;
    if (vapid === undefined || vapid === null) return { is: 'not_offered' };
    const kept = await this.own();
    const told = channel === 'webpush';
    if (this.parts.support() !== 'yes' || this.parts.permission() !== 'granted') {
      await this.overAtBoth(told, kept !== undefined);
      return this.here() ?? { is: 'off' };
    }
    const now = await this.parts.push.current();
    const works = told && now !== undefined && (now.vapid === undefined || now.vapid === vapid);
    // What works is not given up because this phone could not keep, or cannot read, that it was turned on.
    if (works && (!kept || isSamePlace(now, kept.sent))) {
      if (!kept) await this.keep(now);
      return { is: 'on', shownAt: setting.shown_at ?? undefined };
    }
    if (!kept) {
      await this.overAtBoth(told, now !== undefined);
      return { is: 'off' };
    }
    if (works && (await this.tell(now).then(() => true, () => false))) return { is: 'on', shownAt: undefined };
    try {
      await this.renew(vapid);
      return this.state.value;
    } catch (error) {
      this.failure.value = failureOf(error);
      return { is: 'lost' };
    }
  }

  /** It leads nowhere any more: the server must not count on it. */
  private async overAtBoth(told: boolean, here: boolean): Promise<void> {
    if (told) await forgetPlace(this.parts.client);
    if (here) await this.drop();
  }

  /** What this person turned on; what somebody else turned on here before them is over. */
  private async own(): Promise<SentPlace | undefined> {
    const kept = await this.parts.store.load().catch(() => undefined);
    const person = this.parts.person();
    if (!kept || person === undefined || kept.person === person) return kept;
    await this.drop();
    return undefined;
  }

  /** A subscription that nobody had, told to the server. */
  private async renew(vapid: string): Promise<void> {
    const made = await this.parts.push.subscribe(vapid);
    if (!made) throw new Failed({ why: 'no_subscription' });
    try {
      await this.tell(made);
    } catch (error) {
      await this.parts.push.end();
      throw error;
    }
    this.state.value = { is: 'on', shownAt: undefined };
  }

  private async tell(place: Subscribed): Promise<void> {
    await sendPlace(this.parts.client, place);
    await this.keep(place);
  }

  private async keep(sent: Subscribed): Promise<void> {
    const { store, language, person } = this.parts;
    const owner = person();
    // A phone that keeps nothing finds out from the server and the browser that it is on.
    if (owner !== undefined) await store.save({ person: owner, sent, language: language() }).catch(() => undefined);
  }
}

class Failed extends Error {
  constructor(readonly failure: WakingFailure) {
    super(failure.why);
  }
}

function failureOf(error: unknown): WakingFailure {
  if (error instanceof Failed) return error.failure;
  const detail = error instanceof ApiError ? error.problem?.detail : undefined;
  return detail === undefined ? { why: 'unreached' } : { why: 'refused', detail };
}
