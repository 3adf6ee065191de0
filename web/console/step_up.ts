import { signal, type ReadonlySignal } from '@preact/signals';

/** Something the person must do before requests that wait can go on. Several requests wait for the same answer. */
export interface Question {
  /** Whether it is on the screen. */
  open: ReadonlySignal<boolean>;
  /** Puts it on the screen; true once it was done, false when the person turns away. */
  ask: () => Promise<boolean>;
  /** Answers it; nothing when nobody asks. */
  answer: (done: boolean) => void;
}

function question(): Question {
  const open = signal(false);
  let waiting: Promise<boolean> | undefined;
  let settle: (done: boolean) => void = () => undefined;
  return {
    open,
    ask() {
      open.value = true;
      waiting ??= new Promise<boolean>((done) => (settle = done));
      return waiting;
    },
    answer(done) {
      open.value = false;
      waiting = undefined;
      settle(done);
    },
  };
}

/** Proving again who one is, for what needs a password given within the last minutes. */
export const stepUp = question();

/** Setting up a code generator, for whoever got a role that needs one while they were signed in. */
export const factorSetup = question();

/** Does what a refusal asks for; true when the same request may go again. */
export async function mendBy(code: string): Promise<boolean> {
  if (code === 'step_up_required') return stepUp.ask();
  if (code === 'second_factor_required') return factorSetup.ask();
  return false;
}

/** Whether a question stands before everything else. */
export function questionOpen(): boolean {
  return stepUp.open.peek() || factorSetup.open.peek();
}

/** Turns away from the questions that wait: the session is over. */
export function dropQuestions(): void {
  stepUp.answer(false);
  factorSetup.answer(false);
}
