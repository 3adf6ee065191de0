import { useSignal, type Signal } from '@preact/signals';
import { explain } from '../actions';

/** A form's sending: whether it is under way, and what went wrong last. */
export interface Submission {
  busy: Signal<boolean>;
  error: Signal<string | undefined>;
  /** Runs `send` unless it is running; keeps the error for the person. */
  run: (send: () => Promise<unknown>) => Promise<boolean>;
}

/** The sending of one form. */
export function useSubmission(): Submission {
  const busy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  return {
    busy,
    error,
    async run(send) {
      if (busy.peek()) return false;
      busy.value = true;
      error.value = undefined;
      try {
        await send();
        return true;
      } catch (failure) {
        error.value = explain(failure);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
