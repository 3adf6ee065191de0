import type { Wire } from '../api/types';
import type { Device } from './device';
import { isWithdrawn, refusedBy, type Withdrawn } from './withdrawn';

/** What this phone keeps of its sign-in. */
export interface SessionRecord {
  /** The device's identifier at the server. */
  device: string;
  access: string;
  /** The phone's wall clock when the access token came. */
  accessAt: number;
  refresh: string;
  /** The distress capability; here too, because the service worker has no other place to read it. */
  distress: string;
  person: string;
}

interface TokenAnswer {
  status: number;
  tokens: Partial<Wire['Tokens']> | undefined;
  code: string | undefined;
  distress: string | null;
}

/** Where the record lies. */
export interface SessionStore {
  load(): Promise<SessionRecord | undefined>;
  save(record: SessionRecord): Promise<void>;
}

/** What the session needs from outside. */
export interface SessionParts {
  device: Pick<Device, 'fetch' | 'wall' | 'after'>;
  store: SessionStore;
  /** ECDSA of the device key over a text; none while the key cannot be read. */
  sign: (text: string) => Promise<string | undefined>;
  /** Runs `work` while no other window of this browser refreshes. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** The server has ended this phone's sign-in; `why` when it took the right to read away. */
  ended: (why?: Withdrawn) => void;
}

/** An access token is renewed when it is this old, in milliseconds; it lives ten minutes. */
export const ACCESS_MS = 9 * 60_000;
const REFRESH_MS = 15_000;

/**
 * The access token and its renewal. A renewal whose answer was lost is repeated with the same secret: the server answers
 * it again. Nothing here is on the Not Okay path: the distress capability needs none of it.
 */
export class Session {
  private record: SessionRecord | undefined;
  private refreshing: Promise<string | undefined> | undefined;
  private over = false;

  constructor(private readonly parts: SessionParts) {}

  /** What is held now. */
  get held(): SessionRecord | undefined {
    return this.record;
  }

  /** Takes what enrolment gave. The record lives on in memory when it cannot be kept; false then. */
  async begin(enrolled: Wire['Enrolled']): Promise<boolean> {
    this.over = false;
    return this.keep({
      device: enrolled.device,
      access: enrolled.tokens.access,
      accessAt: this.parts.device.wall(),
      refresh: enrolled.tokens.refresh,
      distress: enrolled.distress,
      person: enrolled.person.id,
    });
  }

  /** Takes up the record of an earlier page. */
  async load(): Promise<SessionRecord | undefined> {
    this.record ??= await this.parts.store.load();
    this.over ||= this.record?.refresh === '';
    return this.record;
  }

  /** Forgets the tokens for good. The distress capability stays. */
  async forget(): Promise<void> {
    this.over = true;
    if (this.record) await this.keep({ ...this.record, access: '', refresh: '' });
  }

  /** Keeps a renewed capability. */
  renewDistress(capability: string): void {
    if (this.record && this.record.distress !== capability) void this.keep({ ...this.record, distress: capability });
  }

  /** A token that is not known to have run out; none while none can be had. */
  async access(): Promise<string | undefined> {
    const { record } = this;
    if (!record || this.over) return undefined;
    const age = this.parts.device.wall() - record.accessAt;
    return age >= 0 && age < ACCESS_MS ? record.access : this.renew();
  }

  /** A new token, after the server has refused the old one. */
  renew(): Promise<string | undefined> {
    this.refreshing ??= this.parts.alone(() => this.refresh()).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async refresh(): Promise<string | undefined> {
    const before = this.record;
    if (!before || this.over) return undefined;
    const kept = await this.soon(this.parts.store.load());
    if (kept && kept.device === before.device && kept.refresh !== before.refresh && kept.accessAt > before.accessAt) {
      this.record = kept;
      return kept.access;
    }
    const answer = await this.ask(before);
    if (answer === undefined) return undefined;
    if (answer.status === 401) {
      this.over = true;
      this.parts.ended(isWithdrawn(answer.code) ? answer.code : undefined);
      return undefined;
    }
    const { tokens } = answer;
    if (typeof tokens?.access !== 'string' || typeof tokens.refresh !== 'string') return undefined;
    const distress = answer.distress ?? this.record?.distress ?? before.distress;
    const { access, refresh } = tokens;
    void this.keep({ ...before, access, refresh, accessAt: this.parts.device.wall(), distress });
    return access;
  }

  /** One try; none when no whole answer came in time. The secret stays as it is, so that the next try repeats it. */
  private async ask(record: SessionRecord): Promise<TokenAnswer | undefined> {
    const proof = await this.parts.sign(`muster-refresh|${record.refresh}`).catch(() => undefined);
    if (proof === undefined) return undefined;
    const body: Wire['Refresh'] = { device: record.device, refresh: record.refresh, proof };
    const stop = new AbortController();
    const cancel = this.parts.device.after(REFRESH_MS, () => stop.abort());
    try {
      const response = await this.parts.device.fetch('/v1/token', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        credentials: 'omit',
        cache: 'no-store',
        signal: stop.signal,
      });
      const tokens = response.ok ? ((await response.json()) as Partial<Wire['Tokens']>) : undefined;
      const { code } = response.ok ? {} : refusedBy(await response.json().catch(() => undefined));
      return { status: response.status, tokens, code, distress: response.headers.get('Muster-Distress') };
    } catch {
      return undefined;
    } finally {
      cancel();
    }
  }

  /** What the store says, unless it takes longer than two seconds or fails. */
  private soon<T>(asked: Promise<T>): Promise<T | undefined> {
    return new Promise((done) => {
      const cancel = this.parts.device.after(2_000, () => done(undefined));
      asked.then(done, () => done(undefined)).finally(cancel);
    });
  }

  private async keep(record: SessionRecord): Promise<boolean> {
    this.record = record;
    try {
      await this.parts.store.save(record);
      return true;
    } catch {
      return false;
    }
  }
}
