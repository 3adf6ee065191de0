import { useComputed, useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { ApiError } from '../../api/client';
import { explain } from '../actions';

/** A form's sending: whether it is under way, and what went wrong last. */
export interface Submission {
  busy: Signal<boolean>;
  /** In the words on the screen. */
  error: ReadonlySignal<string | undefined>;
  /** The field that is to blame, as the server names it: `/phones/0/number`. */
  blamed: ReadonlySignal<string | undefined>;
  /** Runs `send` unless it is running; keeps the error for the person. */
  run: (send: () => Promise<unknown>) => Promise<boolean>;
}

/** The sending of one form. */
export function useSubmission(): Submission {
  const busy = useSignal(false);
  const failed = useSignal<{ why: unknown } | undefined>(undefined);
  const error = useComputed(() => failed.value && explain(failed.value.why));
  const blamed = useComputed(() => blamedField(failed.value?.why));
  return {
    busy,
    error,
    blamed,
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

/** The field an error blames, as a JSON pointer. */
export function blamedField(why: unknown): string | undefined {
  return why instanceof ApiError ? (why.problem?.field ?? undefined) : undefined;
}

/** Whether a pointer blames a field of a form, itself or something in it. */
export function isBlamed(pointer: string | undefined, name: string): boolean {
  return pointer === `/${name}` || pointer?.startsWith(`/${name}/`) === true;
}
