import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { explain } from '../actions';
import { places as requests } from '../api/places';
import { i18n } from '../i18n';
import { tell } from '../notice';
import type { Places } from '../wire';

/** The places that the session's grants cover, for a form's choices; `reload` after one was entered. */
export function usePlaces(): { places: Places | undefined; reload: () => Promise<void> } {
  const places = useSignal<Places | undefined>(undefined);
  const reload = async (): Promise<void> => {
    try {
      places.value = inOrder(await requests.places());
    } catch (error) {
      tell('bad', () => explain(error));
    }
  };
  useEffect(() => void reload(), []);
  return { places: places.value, reload };
}

/** Every list by name, as the language on the screen orders names. */
function inOrder(places: Places): Places {
  const order = new Intl.Collator(i18n.language.peek());
  const sorted = Object.entries(places).map(([kind, list]) => [kind, [...list].sort((a, b) => order.compare(a.name, b.name))]);
  return Object.fromEntries(sorted) as Places;
}
