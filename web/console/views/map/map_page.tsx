import { useSignal } from '@preact/signals';
import { ltr } from '../../../ui/ltr';
import { utcTime } from '../../../ui/time';
import { explain } from '../../actions';
import { words } from '../../i18n';
import { FormError } from '../field';
import { MapCanvas } from './map_canvas';
import { MapList } from './map_list';
import type { Ground, View } from './projection';
import { useShownMap } from './shown_map';
import { mapWords } from './words';

/** From this scale on one sees where in a town somebody is, in pixels to a degree. */
const NEAR = 1_500;

/** The map, and beside it the list that is complete without it. */
export function MapPage() {
  const text = mapWords();
  const { map, stale, error } = useShownMap();
  const view = useSignal<View | undefined>(undefined);
  const chosen = useSignal<string | undefined>(undefined);
  const show = (id: string, { lat, lon }: Ground): void => {
    chosen.value = id;
    view.value = { lat, lon, scale: Math.max(view.peek()?.scale ?? 0, NEAR) };
  };
  const known = map.value;
  return (
    <section class="map-page" aria-labelledby="map-title">
      <div class="map-side">
        <h2 id="map-title">{text.title}</h2>
        {known === undefined ? (
          error.value === undefined ? (
            <p role="status">{words().loading}</p>
          ) : (
            <FormError text={explain(error.value)} />
          )
        ) : (
          <>
            {stale.value ? (
              <p class="warning num" role="alert">
                {text.stale(ltr(utcTime(known.as_of)))}
              </p>
            ) : (
              <p class="muted num">{text.asOf(ltr(utcTime(known.as_of)))}</p>
            )}
            <MapList map={known} onShow={show} chosen={chosen.value} />
          </>
        )}
      </div>
      <MapCanvas map={map} view={view} chosen={chosen} />
    </section>
  );
}
