import { useComputed, useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { explain } from '../actions';

/** A form's sending: whether it is under way, and what went wrong last. */
export interface Submission {
  busy: Signal<boolean>;
  /** In the words on the screen. */
  error: ReadonlySignal<string | undefined>;
  /** Runs `send` unless it is running; keeps the error for the person. */
  run: (send: () => Promise<unknown>) => Promise<boolean>;
}

/** The sending of one form. */
export function useSubmission(): Submission {
  const busy = useSignal(false);
  const failed = useSignal<{ why: unknown } | undefined>(undefined);
  const error = useComputed(() => failed.value && explain(failed.value.why));
  return {
    busy,
    error,
    async run(send) {
      if (busy.peek()) return false;
      busy.value = true;
      failed.value = undefined;
      try {
        await send();
        return true;
      } catch (why) {
        failed.value = { why };
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
