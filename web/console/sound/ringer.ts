import { computed, effect, signal } from '@preact/signals';
import { holdAlone, openChannel, settings } from '../../ui/platform';
import { alarmSounds, isRunning, rings, silence, type Silence } from '../cases/ringing';
import { now, serverClock } from '../clock';
import { casesNow, feed, listenToFeed } from '../feed';
import { unnotedNow } from '../provisional';
import { session } from '../session';
import { SoundEngine, type Sound } from './engine';

/** Whether this page's sound engine runs. */
export const soundRunning = signal(false);
/** Whether this page is the one of this browser that sounds. */
export const soundsHere = signal(false);
/** What sounds or would sound now, wherever it is played. */
export const sounding = signal<readonly Sound[]>([]);
/** The silence in force. */
export const quiet = signal<(Silence & { link: boolean }) | undefined>(undefined);
/** Milliseconds of silence left; 0 without one. */
export const quietLeft = computed(() => {
  const one = quiet.value;
  return isRunning(one, now.value) ? one.until - now.value : 0;
});

const engine = new SoundEngine((running) => {
  soundRunning.value = running;
});

/** What pages of one browser tell each other: a silence pressed in one counts in all. */
interface SilenceMessage {
  until: number;
  taps: string[];
  link: boolean;
}

const channel = openChannel<SilenceMessage>('muster-silence', ({ until, taps, link }) => {
  quiet.value = { until, taps: new Set(taps), link };
  decide();
});

/** Starts deciding what sounds. Once per page. */
export function startRinger(): void {
  listenToFeed({ onTurn: decide });
  effect(() => {
    // Only a page whose engine runs may be the one that sounds: a mute one must not keep the others from sounding.
    if (!soundRunning.value || !session.value) return;
    const release = holdAlone('muster-sound', () => {
      soundsHere.value = true;
      decide();
    });
    return () => {
      release();
      soundsHere.value = false;
      decide();
    };
  });
  for (const gesture of ['pointerdown', 'keydown'] as const) {
    addEventListener(gesture, () => {
      if (shiftStarted.peek() && !engine.running) void engine.enable();
    });
  }
}

/** The taps that ring now: those of cases, and those that no server could store yet. */
function ringingNow(): string[] {
  const me = session.peek();
  if (!me) return [];
  const at = serverClock.now();
  const stored = casesNow().filter((one) => rings(one, me.person, at));
  return [...stored.map(({ last_tap }) => last_tap), ...unnotedNow()];
}

/** Decides what sounds now. Called with every event and at least once a second. */
function decide(): void {
  const at = serverClock.now();
  const one = quiet.peek();
  const ringing = ringingNow();
  const lost = session.peek()?.works_cases === true && feed.peek().freshness === 'lost';
  const alarm = alarmSounds(ringing, one, at);
  const linkLost = lost && !(isRunning(one, at) && one.link);
  engine.play('alarm', alarm && soundsHere.peek());
  engine.play('linkLost', linkLost && soundsHere.peek());
  const next: Sound[] = [];
  if (alarm) next.push('alarm');
  if (linkLost) next.push('linkLost');
  if (next.join() !== sounding.peek().join()) sounding.value = next;
}

/** Silences what sounds now for 30 s, in every page of this browser. Alarms that come later sound at once. */
export function silenceNow(): void {
  const made = silence(ringingNow(), serverClock.now());
  const link = feed.peek().freshness === 'lost';
  now.value = serverClock.now();
  quiet.value = { ...made, link };
  channel.tell({ until: made.until, taps: [...made.taps], link });
  decide();
}

const SHIFT = 'shift';

/** Whether the sound was tested in this session; a reload keeps the shift, a new sign-in starts with the test. */
export const shiftStarted = signal(false);

/** Takes up the shift of this session after a reload, and tries to run the sound without a gesture. */
export function resumeShift(): void {
  const current = session.peek();
  shiftStarted.value = current !== undefined && settings.get(SHIFT) === shiftKey(current.person, current.expires);
  if (shiftStarted.value) void engine.enable();
}

/** Runs the sound and plays it for a moment; the shift starts if it runs. */
export async function testAndEnable(): Promise<boolean> {
  const running = await engine.enable();
  const current = session.peek();
  if (!running || !current) return false;
  engine.test();
  settings.set(SHIFT, shiftKey(current.person, current.expires));
  shiftStarted.value = true;
  return true;
}

function shiftKey(person: string, expires: string): string {
  return `${person} ${expires}`;
}
