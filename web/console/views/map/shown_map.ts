import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { board } from '../../api/board';
import { cases } from '../../feed';

/** The map is asked again this often, in milliseconds, and this long after a case has changed. */
const ASK_MS = 30_000;
const AFTER_CHANGE_MS = 1_500;

/** The map as the server last told it. */
export interface ShownMap {
  map: ReadonlySignal<Wire['Map'] | undefined>;
  /** True when the last asking failed: what is shown is older. */
  stale: ReadonlySignal<boolean>;
  error: ReadonlySignal<unknown>;
}

/** Asks for the map, and again as cases change, for as long as the page is there. */
export function useShownMap(): ShownMap {
  const map = useSignal<Wire['Map'] | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const stale = useComputed(() => error.value !== undefined);
  const ask = async (): Promise<void> => {
    try {
      map.value = await board.map();
      error.value = undefined;
    } catch (why) {
      error.value = why;
    }
  };
  useEffect(() => {
    void ask();
    const timer = setInterval(() => void ask(), ASK_MS);
    return () => clearInterval(timer);
  }, []);
  useSignalEffect(() => {
    void cases.value;
    const timer = setTimeout(() => void ask(), AFTER_CHANGE_MS);
    return () => clearTimeout(timer);
  });
  return { map, stale, error };
}
