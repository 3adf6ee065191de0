import { useEffect } from 'preact/hooks';
import type { AreaRoute } from '../../fragment';
import { words } from '../../i18n';
import { usePlaces } from '../places_known';
import { Tabs } from '../tabs';
import { loadCountries, NO_COUNTRY } from './countries';
import { Offices } from './offices';
import { mayEdit } from './place_acts';
import { Premises } from './premises';
import { Regions } from './regions';
import { SecurityAreas } from './security_areas';
import { placesWords } from './words';
import { Zones } from './zones';

const TABS = ['offices', 'regions', 'zones', 'areas', 'premises'] as const;

/** Organisations, offices, stations, regions, zones, security areas, premises. */
export function PlacesPage({ at }: { at: AreaRoute }) {
  const text = placesWords();
  const { places, reload } = usePlaces();
  const tab = TABS.find((one) => one === at.path[0]) ?? 'offices';
  useEffect(() => void loadCountries(), []);
  return (
    <section class="page broad" aria-labelledby="places-title">
      <h2 id="places-title">{text.title}</h2>
      <Tabs area="places" label={text.tabs} tabs={TABS.map((one) => [one, text.tab[one]])} current={tab} />
      {places === undefined ? (
        <p role="status">{words().loading}</p>
      ) : (
        <>
          {!places.offices.some(({ country }) => country !== NO_COUNTRY) && mayEdit() && <p class="start">{text.start}</p>}
          {tab === 'offices' && <Offices places={places} reload={reload} />}
          {tab === 'regions' && <Regions places={places} reload={reload} />}
          {tab === 'zones' && <Zones places={places} reload={reload} />}
          {tab === 'areas' && <SecurityAreas places={places} reload={reload} />}
          {tab === 'premises' && <Premises places={places} reload={reload} />}
        </>
      )}
    </section>
  );
}
