import { computed, signal } from '@preact/signals';
import { askExercise } from '../ui/exercise';
import { settings } from '../ui/platform';
import { api, isSignedOut, whenSignedOut } from './api';
import { ApiError } from '../api/client';
import { heardServerTime } from './clock';
import { exerciseByFeed, listenToFeed, startFeed, stopFeed } from './feed';
import { dropQuestions } from './step_up';
import type { Session } from './wire';

/** Who is signed in; none while nobody is. */
export const session = signal<Session | undefined>(undefined);

/** `asking` until the server has said whether somebody is signed in. */
export const stage = signal<'asking' | 'unreachable' | 'signedOut' | 'signedIn'>('asking');

/** True when the session ended by itself, so that the sign-in page says so. */
export const endedByItself = signal(false);

/** What the server says to whoever opens the page. */
const exerciseToAll = signal<boolean | undefined>(undefined);

/** Whether this is an exercise installation. */
export const exercise = computed(
  () => exerciseByFeed.value ?? session.value?.exercise ?? exerciseToAll.value ?? settings.get('exercise') === 'yes',
);

const RETRY_MS = 5_000;

/** Asks the server who is signed in; tries again for as long as it cannot be reached. */
export async function resumeSession(): Promise<void> {
  void askExercise().then((told) => (exerciseToAll.value = told));
  whenSignedOut(loseSession);
  listenToFeed({ onSignedOut: loseSession });
  for (;;) {
    try {
      begin(await api.session());
      return;
    } catch (error) {
      if (isSignedOut(error)) {
        stage.value = 'signedOut';
        return;
      }
      stage.value = 'unreachable';
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

/** Asks again what the person may do now; what is on the screen stays when the server cannot be reached. */
export async function refreshSession(): Promise<void> {
  const given = await api.session().catch(() => undefined);
  if (given && stage.peek() === 'signedIn') begin(given);
}

/** Starts working under a session that the server has given. */
export function begin(given: Session): void {
  heardServerTime(given.server_time);
  settings.set('exercise', given.exercise ? 'yes' : 'no');
  session.value = given;
  endedByItself.value = false;
  stage.value = 'signedIn';
  if (given.works_cases) startFeed();
}

/** Signs out. A server that cannot be reached keeps the session until it ends by itself, and the error says so. */
export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof ApiError) || !isSignedOut(error)) throw error;
  }
  leave();
}

function loseSession(): void {
  if (stage.peek() !== 'signedIn') return;
  endedByItself.value = true;
  leave();
}

function leave(): void {
  dropQuestions();
  stopFeed();
  session.value = undefined;
  exerciseByFeed.value = undefined;
  stage.value = 'signedOut';
}
