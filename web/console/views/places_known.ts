import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { explain } from '../actions';
import { places as requests } from '../api/places';
import { tell } from '../notice';
import type { Places } from '../wire';

/** The places that the session's grants cover, for a form's choices; `reload` after one was entered. */
export function usePlaces(): { places: Places | undefined; reload: () => Promise<void> } {
  const places = useSignal<Places | undefined>(undefined);
  const reload = async (): Promise<void> => {
    try {
      places.value = await requests.places();
    } catch (error) {
      tell('bad', () => explain(error));
    }
  };
  useEffect(() => void reload(), []);
  return { places: places.value, reload };
}
