import { computed, signal } from '@preact/signals';
import type { Wire } from '../api/types';
import { ServerClock } from '../ui/clock';
import { followBattery, networkKind, settings, storagePersisted, vibrate, type Fix } from '../ui/platform';
import type { About } from './about';
import { Bearer } from './bearer';
import { Cases, type HeldCase, type KeptCase } from './cases';
import { CaseWatch } from './case_watch';
import { credentialOf } from './credential';
import { openDatabase } from './database';
import { thisDevice, type Device } from './device';
import { DEVICE_KEY, DeviceKey } from './device_key';
import { Enrolment, nameOfThisDevice, within, type EnrolResult } from './enrolment';
import { exchange, type Verdict } from './exchange';
import { talkOf } from './facts';
import { bared, loadNear, saveNear, type Near } from './held_near';
import { isPlace, makeAddition, makeTap, type Item } from './item';
import { Line } from './line';
import { LiveSocket, type Socket } from './live_socket';
import { NowPoll } from './now_poll';
import { Outbox, type Waiting } from './outbox';
import { OwnPlace, type KeptEntry } from './own_place';
import { Positions } from './positions';
import { proofOf } from './proof';
import { alarmsOf, isActive, type Alarm } from './progress';
import { Seal, sealedKeeper, SealedRecord } from './seal';
import { Session, type SessionRecord } from './session';
import { positionOf, Sharing } from './sharing';
import { WorkerLink } from './worker_link';
import type { Withdrawn } from './withdrawn';

/** Whether this phone is somebody's device. `asking` while the store has not said. */
export type Enrolled = 'asking' | 'yes' | 'no';

/** The phone's live socket. */
const LIVE = '/v1/phone/live';
/** How long the store may take to say whether this phone is enrolled, in milliseconds. */
const STORE_ASKED_MS = 3_000;

/** Builds every part once and joins them. Everything a screen shows is a signal here, everything it does a method. */
export class App {
  readonly device: Device = thisDevice();
  readonly clock = new ServerClock();
  readonly near = signal<Near>(loadNear());
  readonly enrolled = signal<Enrolled>(this.near.value.distress === undefined ? 'asking' : 'yes');
  /** The server has ended this phone's sign-in; a Not Okay still goes. */
  readonly signInEnded = signal(this.near.value.withdrawn !== undefined);
  /** IndexedDB did not answer. */
  readonly storeBroken = signal(false);
  readonly waiting = signal<readonly Waiting[]>([]);
  readonly line = new Line(this.waiting);
  readonly cases = signal<readonly HeldCase[]>([]);
  readonly alarms = computed<readonly Alarm[]>(() => alarmsOf(this.waiting.value, this.cases.value));
  readonly active = computed(() => this.alarms.value.some(isActive));
  /** Whether whoever holds this phone may be heard. */
  readonly talk = computed(() => talkOf(this.alarms.value, this.waiting.value));
  /** What the server refused of facts and positions, in its words. */
  readonly refused = signal<string | undefined>(undefined);
  readonly sharingWanted = signal(settings.get('sharing') !== 'off');
  /** Grows every second while an alarm is active: screens that count read it. */
  readonly tick = signal(0);
  readonly positions = new Positions(() => this.fixArrived());

  private readonly database = openDatabase(() => indexedDB);
  private readonly subtle: SubtleCrypto | undefined = crypto.subtle;
  private readonly sign = async (text: string): Promise<string | undefined> =>
    this.subtle && (await DeviceKey.kept(this.database, this.subtle))?.sign(text);
  private readonly proof = (method: string, path: string, token: string): Promise<string | undefined> =>
    proofOf({ server: () => this.clock.now(), sign: this.sign, subtle: this.subtle }, method, path, token);
  private readonly seal = new Seal(this.database, crypto.subtle);
  private readonly sessionRecord = new SealedRecord<SessionRecord>(this.database, this.seal, 'session');
  private readonly casesRecord = new SealedRecord<readonly KeptCase[]>(this.database, this.seal, 'cases');
  /** The person's own entry in the register, as it was read last. */
  readonly entry = new SealedRecord<KeptEntry>(this.database, this.seal, 'entry');
  private casesLoaded = false;
  private battery: Wire['Battery'] | undefined;
  private ticking = false;

  private readonly held = new Cases(
    { server: () => this.clock.now(), monotonic: () => this.device.monotonic() },
    (all) => {
      this.cases.value = all;
      if (this.casesLoaded) void this.casesRecord.save(all).catch(() => undefined);
    },
  );

  private readonly session = new Session({
    device: this.device,
    store: this.sessionRecord,
    sign: this.sign,
    alone: async (work) => (navigator.locks ? await navigator.locks.request('muster-refresh', work) : work()),
    ended: (why) => {
      this.signInEnded.value = true;
      if (why) this.withdraw(why);
    },
  });

  /** Sends what needs the access token. */
  readonly bearer = new Bearer({
    device: this.device,
    access: () => this.session.access(),
    renew: () => this.session.renew(),
    proof: this.proof,
    corrected: (serverTime) => this.clock.set(serverTime),
    withdrawn: (why) => this.withdraw(why),
  });

  private readonly outbox = new Outbox({
    device: this.device,
    keeper: sealedKeeper(this.database, this.seal),
    credential: (item, refusals) => this.credential(item, refusals),
    // What is of no case needs the access token, and so its proof.
    send: (item, ...attempt) => this.line.follow(exchange(isPlace(item) ? this.bearer : this.device, item, ...attempt, this.seen)),
    silent: () => this.line.sendFailed(),
    changed: () => this.outboxChanged(),
    settled: (item, verdict) => this.settled(item, verdict),
  });

  /** Where the person says they are for now. */
  readonly place = new OwnPlace({ device: this.device, outbox: this.outbox, waiting: this.waiting, entry: this.entry });

  private readonly enrolment = new Enrolment(this.device, this.database, this.subtle, nameOfThisDevice());

  private readonly poll = new NowPoll({
    device: { fetch: this.bearer.fetch, after: this.device.after },
    signedIn: async () => (await this.session.access()) !== undefined,
    visible,
    tell: (now) => this.told(now),
    seen: (response) => this.seen(response),
    reached: (yes) => this.line.heard(yes),
  });

  private readonly watch = new CaseWatch({
    device: this.device,
    cases: () => this.held.all,
    live: () => this.live.isUp,
    visible,
    tell: (now) => this.held.apply(now),
    seen: (response) => this.seen(response),
    reached: (yes) => this.line.heard(yes),
  });

  private readonly live = new LiveSocket({
    device: this.device,
    open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}${LIVE}`) as Socket,
    token: () => this.session.access(),
    renew: () => this.session.renew(),
    proof: (token) => this.proof('GET', LIVE, token),
    corrected: (serverTime) => this.clock.set(serverTime),
    withdrawn: (why) => this.withdraw(why),
    urgent: () => this.active.value,
    chance: Math.random,
    tell: (now, serverTime) => {
      this.clock.set(serverTime);
      this.told(now);
    },
    changed: (up) => this.line.heard(up),
  });

  private readonly sharing = new Sharing({
    device: this.device,
    newest: () => this.positions.newest.value,
    send: (fix) => this.sendFix(fix),
  });

  private readonly worker = new WorkerLink({
    stored: (key, stored) => {
      this.held.stored(key, stored);
      this.outbox.forget(key);
      this.watch.hurry();
    },
    idle: () => this.waiting.value.length === 0 && !this.active.value,
  });

  /** Takes up what earlier pages kept and begins to listen. Nothing here is waited for by the button. */
  start(): void {
    void this.takeUpSession();
    void this.outbox.load().catch(() => (this.storeBroken.value = true));
    void this.takeUpCases();
    void this.worker.start();
    void followBattery((percent, charging) => (this.battery = { percent, charging }));
    addEventListener('online', () => this.hurry());
    addEventListener('pageshow', () => this.hurry());
    document.addEventListener('visibilitychange', () => (visible() ? this.hurry() : this.outbox.hurry()));
  }

  /** Raises a Not Okay. The request is on the line when this returns; nothing before it is waited for. */
  raise(about: About): void {
    const { near, positions, device } = this;
    const fix = positions.newest.value;
    const tap = makeTap(device, about, {
      position: fix && positionOf(fix, device.wall()),
      battery: this.battery,
      network: networkKind(),
      person: near.value.me?.id,
      distress: near.value.distress,
    });
    const first = !this.active.value;
    this.outbox.add(tap);
    if (fix) this.sharing.went(fix);
    if (first) this.shareWanted(true);
    this.live.hurry();
    this.beginActive();
  }

  /** Adds facts to an alarm. */
  say(alarm: Alarm, facts: Wire['Facts']): void {
    this.refused.value = undefined;
    if (Object.keys(facts).length > 0) this.outbox.add(makeAddition(this.device, 'facts', { facts }, this.homeOf(alarm)));
  }

  /** Makes this phone the device of whoever the code was issued to. */
  async enrol(code: string): Promise<EnrolResult> {
    const result = await this.enrolment.enrol(code);
    if ('refusal' in result) return result;
    const { enrolled } = result;
    if (enrolled.person.id !== this.near.value.me?.id) void this.place.forget();
    this.setNear({ ...this.near.value, distress: enrolled.distress, me: enrolled.person, withdrawn: undefined });
    let kept = false;
    await within(5_000, this.session.begin(enrolled).then((yes) => (kept = yes)));
    this.enrolled.value = 'yes';
    this.signInEnded.value = false;
    this.hurry();
    return { enrolled, kept: result.kept && kept };
  }

  /** Asks for the position at a calm time, so that no question comes with an alarm. */
  allowPosition(): void {
    this.positions.follow();
    this.device.after(30_000, () => this.coolDown());
  }

  /** Whether the browser has promised to keep this app's data. */
  storagePersisted(): Promise<boolean> {
    return storagePersisted();
  }

  /** Whether positions go on being sent while a case is open. */
  shareWanted(yes: boolean): void {
    this.sharingWanted.value = yes;
    settings.set('sharing', yes ? 'on' : 'off');
    if (yes) this.beginActive();
    else this.stopSharing();
  }

  /** How long nobody has had a case, in milliseconds. */
  untakenFor(held: HeldCase): number {
    return this.held.untakenFor(held);
  }

  /** A short buzz, where the person has turned it on and no case is open. */
  buzz(pattern: number[]): void {
    if (settings.get('vibration') === 'on' && !this.active.value) vibrate(pattern);
  }

  /** The finger has left the button without an alarm. */
  coolDown(): void {
    if (!this.active.value) this.positions.stop();
  }

  /** Everything that waits is tried and everything that may be new is asked, now. */
  hurry(): void {
    this.outbox.hurry();
    void this.poll.hurry();
    this.watch.hurry();
    if (this.session.held) this.live.hurry();
  }

  private async takeUpSession(): Promise<void> {
    const asked = this.session.load();
    if (!(await within(STORE_ASKED_MS, asked))) this.storeBroken.value = true;
    else {
      const record = await asked;
      if (record) {
        this.enrolled.value = 'yes';
        if (this.near.value.distress === undefined) this.setNear({ ...this.near.value, distress: record.distress });
      } else if (this.enrolled.value === 'yes') this.signInEnded.value = true;
    }
    if (this.enrolled.value === 'asking') this.enrolled.value = 'no';
    this.hurry();
  }

  private async takeUpCases(): Promise<void> {
    const kept = await this.casesRecord.load().catch(() => undefined);
    this.casesLoaded = true;
    this.held.restore(kept ?? []);
    this.beginActive();
    this.watch.hurry();
    this.outbox.hurry();
  }

  private credential(item: Item, refusals: number): string | undefined {
    return credentialOf(item, refusals, {
      near: this.near.value,
      session: this.session.held,
      signedIn: !this.signInEnded.value,
      caseToken: (of) => (of.case ? this.held.get(of.case) : this.held.ofTap(of.tap))?.token,
    });
  }

  private readonly seen = (response: Response): void => {
    const date = response.headers.get('Date');
    if (date) this.clock.set(date);
    const distress = response.headers.get('Muster-Distress');
    if (!distress || distress === this.near.value.distress) return;
    this.setNear({ ...this.near.value, distress });
    this.session.renewDistress(distress);
  };

  private told(now: Wire['Now']): void {
    // An answer that was under way when the right to read was taken away comes too late.
    if (this.near.value.withdrawn) return;
    const { me, exercise, contacts, watched } = now;
    this.setNear({ ...this.near.value, me, exercise, contacts, watched });
    const unknown = now.cases.some((own) => !this.held.get(own.case.id));
    for (const own of now.cases) this.held.apply(own.case, own.case_token);
    this.beginActive();
    if (unknown) this.watch.hurry();
  }

  /**
   * The server has taken this phone's right to read away: whoever holds it now finds no name and no list. What raises a
   * Not Okay stays, and so does what waits to be sent and an alarm that is open.
   */
  private withdraw(why: Withdrawn): void {
    this.signInEnded.value = true;
    this.setNear(bared(this.near.value, why));
    this.held.forgetClosed();
    void this.place.forget();
    void this.session.forget();
    void this.database.remove('keys', DEVICE_KEY).catch(() => undefined);
  }

  private setNear(near: Near): void {
    this.near.value = near;
    saveNear(near);
  }

  private outboxChanged(): void {
    this.waiting.value = this.outbox.waiting.map((one) => ({ ...one }));
    if (this.waiting.value.some(({ item, failure }) => item.kind === 'not_okay' && failure)) this.worker.wake();
  }

  private settled(item: Item, verdict: Exclude<Verdict, { kind: 'again' }>): void {
    if (verdict.kind === 'stored') {
      this.held.stored(item.key, verdict.stored);
      this.watch.hurry();
    } else if (verdict.kind === 'updated') this.held.apply(verdict.case);
    else if (isPlace(item)) void this.place.answered(item, verdict);
    else if (item.kind === 'facts' && verdict.kind === 'refused') this.refused.value = verdict.detail;
  }

  /** Where additions to an alarm belong: its case, or the tap whose case is not known yet. */
  private homeOf({ held, unsent, about }: Alarm): Parameters<typeof makeAddition>[3] {
    const tap = held?.taps.at(-1)?.key ?? unsent[0]?.item.key ?? '';
    return { tap, case: held?.case.id, about, person: this.near.value.me?.id };
  }

  /** While an alarm is active: the seconds count, and the position goes on being sent if the person lets it. */
  private beginActive(): void {
    if (!this.active.value) return this.stopSharing();
    if (!this.ticking) this.count();
    if (!this.sharingWanted.value) return;
    this.positions.follow();
    if (!this.sharing.on) this.sharing.start();
  }

  private count(): void {
    this.ticking = this.active.value;
    if (!this.ticking) return this.stopSharing();
    this.tick.value += 1;
    this.device.after(1_000, () => this.count());
  }

  private stopSharing(): void {
    this.sharing.stop();
    this.positions.stop();
  }

  private fixArrived(): void {
    if (this.active.value && this.sharingWanted.value) this.sharing.arrived();
  }

  private sendFix(fix: Fix): void {
    const body: Wire['AddPosition'] = {
      position: positionOf(fix, this.device.wall()),
      ...(this.battery ? { battery: this.battery } : {}),
    };
    for (const alarm of this.alarms.value.filter(isActive)) {
      this.outbox.add(makeAddition(this.device, 'position', body, this.homeOf(alarm)));
    }
  }
}

function visible(): boolean {
  return document.visibilityState === 'visible';
}
