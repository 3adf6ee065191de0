import { computed, signal } from '@preact/signals';
import { api, isSignedOut } from './api';
import { CaseBook } from './cases/book';
import { heardServerTime } from './clock';
import { CaughtUp } from './live/caught_up';
import { LiveLink, type Socket } from './live/link';
import type { FeedView, LiveEffect } from './live/machine';
import { TestAlarmWatch } from './live/test_alarm';
import { everyTick } from './live/ticks';
import { takeProvisional } from './provisional';
import type { CaseSummary, FromConsole, LiveEvent, LiveNotice, Trouble } from './wire';

const book = new CaseBook();
const version = signal(0);

/** Every case this console knows. */
export const cases = computed<CaseSummary[]>(() => {
  void version.value;
  return book.all();
});

/** How the live feed stands; the times in whole seconds, so that the screen moves once a second. */
export const feed = signal<FeedView & { staleS: number }>({
  phase: 'idle',
  freshness: 'connecting',
  staleMs: 0,
  staleS: 0,
  attempt: 0,
  stopped: false,
  outdated: false,
});

/** What the last reconnection brought. */
export const caughtUp = new CaughtUp();

/** True on an exercise installation, as far as the live feed says. */
export const exerciseByFeed = signal<boolean | undefined>(undefined);

/** What the server says does not work as it should. Of a server that is not heard from nothing is known. */
export const troubles = signal<Trouble[]>([]);

const testAlarms = new TestAlarmWatch();
const missed = signal(false);

/** What does not work as it should: what the server says of itself, and that its test alarm stays away here. */
export const allTroubles = computed<Trouble[]>(() =>
  missed.value && !troubles.value.includes('alarms') ? [...troubles.value, 'alarms'] : troubles.value,
);

/** What wants to know of the feed at once, without waiting for the screen. */
export interface FeedListener {
  /** An event came for the first time. */
  onEvent?: (event: LiveEvent, newTap: boolean) => void;
  /** Something was done with rights, places or lists. */
  onNotice?: (notice: LiveNotice) => void;
  /** An answer brought a case. */
  onAnswer?: (one: CaseSummary) => void;
  /** The list is complete; `again` after a reconnection. */
  onLive?: (again: boolean) => void;
  /** Something may have changed: cases, clocks. Called at least once a second. */
  onTurn?: () => void;
  /** The session is over. */
  onSignedOut?: () => void;
}

const listeners: FeedListener[] = [];

/** Adds a listener for the life of the page. */
export function listenToFeed(listener: FeedListener): void {
  listeners.push(listener);
}

/** A case in its newest revision. */
export function caseById(id: string): CaseSummary | undefined {
  void version.value;
  return book.get(id);
}

/** Every case, as known at this moment; for those who can't wait for the screen. */
export function casesNow(): CaseSummary[] {
  return book.all();
}

/** Takes a case that an answer brought. */
export function takeCase(after: CaseSummary): void {
  if (book.put(after)) redraw();
  for (const { onAnswer } of listeners) onAnswer?.(after);
  turn();
}

let drawing = false;

/** Shows the book's new content with the next frame, or at once where the browser draws none: a hidden page. */
function redraw(): void {
  if (drawing) return;
  drawing = true;
  const draw = (): void => {
    if (!drawing) return;
    drawing = false;
    version.value += 1;
  };
  if (document.hidden) setTimeout(draw, 0);
  else {
    requestAnimationFrame(draw);
    setTimeout(draw, 100);
  }
}

function turn(): void {
  for (const { onTurn } of listeners) onTurn?.();
}

function onEffect(effect: LiveEffect): void {
  switch (effect.do) {
    case 'dial':
      book.beginDial();
      troubles.value = [];
      caughtUp.dialed();
      return;
    case 'replace':
      book.replace(effect.snapshot.cases, effect.newEpoch);
      caughtUp.listed();
      redraw();
      return;
    case 'apply': {
      const { first, changed, newTap } = book.apply(effect.event);
      if (changed) redraw();
      if (!first) return;
      caughtUp.event();
      for (const { onEvent } of listeners) onEvent?.(effect.event, newTap);
      return;
    }
    case 'tell':
      for (const { onNotice } of listeners) onNotice?.(effect.notice);
      return;
    case 'testAlarm':
      testAlarms.heard(performance.now());
      return;
    case 'serverTime':
      heardServerTime(effect.at);
      return;
    case 'provisional':
      takeProvisional(effect.taps, effect.more);
      return;
    case 'troubles':
      if (effect.all.join() !== troubles.peek().join()) troubles.value = effect.all;
      return;
    case 'exercise':
      exerciseByFeed.value = effect.on;
      return;
    case 'live':
      // What is still held is said after this.
      takeProvisional([], 0);
      testAlarms.live(performance.now());
      caughtUp.live(effect.again);
      for (const { onLive } of listeners) onLive?.(effect.again);
      return;
    case 'signedOut':
      for (const { onSignedOut } of listeners) onSignedOut?.();
      return;
  }
}

function onChange(view: FeedView): void {
  const next = { ...view, staleS: Math.floor(view.staleMs / 1_000) };
  const { phase, freshness, staleS, attempt, stopped, outdated } = feed.peek();
  const same =
    phase === next.phase &&
    freshness === next.freshness &&
    staleS === next.staleS &&
    attempt === next.attempt &&
    stopped === next.stopped &&
    outdated === next.outdated;
  if (!same) feed.value = next;
  // While the feed is not live, that is said by itself.
  missed.value = phase === 'live' && testAlarms.silent(performance.now());
  turn();
}

function openSocket(): Socket {
  const address = new URL('/v1/live', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(address) as Socket;
}

let link: LiveLink | undefined;
let stopTicking: () => void = () => undefined;

/** Connects, and stays connected until `stopFeed`. */
export function startFeed(): void {
  if (link) return;
  link = new LiveLink({
    now: () => performance.now(),
    ticket: api.ticket,
    snapshot: api.snapshot,
    socket: openSocket,
    isSignedOut,
    onEffect,
    onChange,
  });
  link.start();
  stopTicking = everyTick(() => link?.tick());
  addEventListener('online', nudgeFeed);
}

/** Hangs up and forgets every case: the next person may not see them. */
export function stopFeed(): void {
  stopTicking();
  removeEventListener('online', nudgeFeed);
  link?.stop();
  link = undefined;
  book.clear();
  troubles.value = [];
  testAlarms.forget();
  takeProvisional([], 0);
  version.value += 1;
  caughtUp.dismiss();
  turn();
}

/** Dials now when the feed waits to dial. */
export function nudgeFeed(): void {
  link?.nudge();
}

/** Sends a frame when the feed is live. */
export function sendFrame(frame: FromConsole): boolean {
  return link?.send(frame) ?? false;
}
