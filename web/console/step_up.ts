import { signal } from '@preact/signals';

/** The question that waits for the person: who they are, once more. Several requests wait for the same answer. */
export const stepUp = signal<{ answer: (proven: boolean) => void } | undefined>(undefined);

let waiting: Promise<boolean> | undefined;

/** Asks the person to prove again who they are; true once the server believes it, false when they turn away. */
export function askToStepUp(): Promise<boolean> {
  waiting ??= new Promise<boolean>((done) => {
    stepUp.value = {
      answer: (proven) => {
        stepUp.value = undefined;
        waiting = undefined;
        done(proven);
      },
    };
  });
  return waiting;
}

/** Turns away from a question that waits: the session is over. */
export function dropStepUp(): void {
  stepUp.peek()?.answer(false);
}
