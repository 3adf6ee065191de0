import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { rights as requests, type WantedGrants } from '../../api/rights';
import type { Grant } from '../../wire';
import { useSubmission } from '../submit';

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

/** The grants that fit; asked anew when what is wanted changes. */
export function useGrants(wanted: WantedGrants | undefined): GrantList {
  const grants = useSignal<readonly Grant[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const key = JSON.stringify(wanted);
  const load = (after?: string): void => {
    if (!wanted) return;
    void run(async () => {
      const page = await requests.grants({ ...wanted, after });
      grants.value = [...(after === undefined ? [] : (grants.peek() ?? [])), ...page.grants];
      next.value = page.next ?? undefined;
    });
  };
  useEffect(() => {
    grants.value = undefined;
    next.value = undefined;
    load();
  }, [key]);
  return {
    grants: grants.value,
    error,
    busy: busy.value,
    more: next.value === undefined ? undefined : () => load(next.peek()),
    reload: () => load(),
  };
}
