import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { explain } from '../../actions';
import { rights as requests, type WantedGrants } from '../../api/rights';
import type { Grant } from '../../wire';

/** Grants as the server pages them. */
export interface GrantList {
  /** None before the first answer. */
  grants: readonly Grant[] | undefined;
  error: ReadonlySignal<string | undefined>;
  busy: boolean;
  /** Loads older ones; none when there are no more. */
  more: (() => void) | undefined;
  /** Loads them anew. */
  reload: () => void;
}

/**
 * The grants that fit; asked anew when what is wanted changes, after a change, and when somebody comes back to the page.
 * Whatever is asked last is what is shown: a question under way does not stand in its way.
 */
export function useGrants(wanted: WantedGrants | undefined): GrantList {
  const grants = useSignal<readonly Grant[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const failed = useSignal<{ why: unknown } | undefined>(undefined);
  const error = useComputed(() => failed.value && explain(failed.value.why));
  const asked = useRef(0);
  const key = JSON.stringify(wanted);
  const load = async (after?: string): Promise<void> => {
    if (!wanted) return;
    const mine = ++asked.current;
    busy.value = true;
    const answer = await requests.grants({ ...wanted, after }).then(
      (page) => ({ page }),
      (why: unknown) => ({ why }),
    );
    if (mine !== asked.current) return;
    busy.value = false;
    failed.value = 'why' in answer ? answer : undefined;
    if ('why' in answer) return;
    const { page } = answer;
    grants.value = [...(after === undefined ? [] : (grants.peek() ?? [])), ...page.grants];
    next.value = page.next ?? undefined;
  };
  useEffect(() => {
    grants.value = undefined;
    next.value = undefined;
    failed.value = undefined;
    void load();
    const seenAgain = (): void => {
      // More pages than the first would be lost with it.
      if (document.visibilityState === 'visible' && next.peek() === undefined) void load();
    };
    document.addEventListener('visibilitychange', seenAgain);
    return () => {
      asked.current += 1;
      document.removeEventListener('visibilitychange', seenAgain);
    };
  }, [key]);
  return {
    grants: grants.value,
    error,
    busy: busy.value,
    more: next.value === undefined ? undefined : () => void load(next.peek()),
    reload: () => void load(),
  };
}
