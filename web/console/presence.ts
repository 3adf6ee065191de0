import { effect, signal } from '@preact/signals';
import { keepScreenOn } from '../ui/platform';
import { CLOCKS } from './live/clocks';
import { isClosed } from './cases/order';
import { caseById, listenToFeed, sendFrame } from './feed';
import { shiftStarted, soundRunning } from './sound/ringer';

/** A hand counts as at the console for this long after its last key or pointer, in milliseconds. */
const HAND_MS = 10 * 60_000;

/** The cases on the screen now: rows in view, and the open one. */
export const onScreen = signal<readonly string[]>([]);

let lastInput = performance.now();
let lastHere = Number.NEGATIVE_INFINITY;

/** A confirmation that changed nothing after this long is said again: it may not have been stored. */
const AGAIN_MS = 5_000;

/** Taps confirmed, and when. */
const confirmed = new Map<string, number>();

/** Tells the server who is at this console, and confirms the taps that are on its screen. Once per page. */
export function startPresence(): void {
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const) {
    addEventListener(kind, () => (lastInput = performance.now()), { passive: true, capture: true });
  }
  document.addEventListener('visibilitychange', here);
  let before = soundRunning.peek();
  effect(() => {
    if (soundRunning.value === before) return;
    before = soundRunning.value;
    here();
  });
  listenToFeed({
    onLive: () => {
      confirmed.clear();
      here();
      confirmShown();
    },
    onTurn: () => {
      if (performance.now() - lastHere >= CLOCKS.here) here();
      confirmShown();
    },
  });
  effect(() => {
    void onScreen.value;
    confirmShown();
  });
}

/** Keeps the screen on for the whole shift: a console that goes to sleep hears nothing. Once per page. */
export function startStayingAwake(): void {
  const stayAwake = (): void => {
    if (shiftStarted.peek() && document.visibilityState === 'visible') void keepScreenOn();
  };
  effect(() => {
    if (shiftStarted.value) stayAwake();
  });
  // A browser lets go of it whenever the page is hidden.
  document.addEventListener('visibilitychange', stayAwake);
}

function here(): void {
  const visible = document.visibilityState === 'visible';
  const idle = Math.round(performance.now() - lastInput);
  if (sendFrame({ t: 'here', visible, sound: soundRunning.peek(), idle_ms: idle })) lastHere = performance.now();
}

function confirmShown(): void {
  const now = performance.now();
  const watched =
    soundRunning.peek() && document.visibilityState === 'visible' && performance.now() - lastInput < HAND_MS;
  if (!watched) return;
  const taps = onScreen.peek().flatMap((id) => {
    const one = caseById(id);
    if (!one || isClosed(one) || one.shown_at != null) return [];
    const said = confirmed.get(one.last_tap) ?? Number.NEGATIVE_INFINITY;
    return now - said >= AGAIN_MS ? [one.last_tap] : [];
  });
  if (taps.length === 0) return;
  // The server counts it only from a console that it knows to be attended now.
  here();
  if (!sendFrame({ t: 'shown', taps })) return;
  for (const tap of taps) confirmed.set(tap, now);
}
