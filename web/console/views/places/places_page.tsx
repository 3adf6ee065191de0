import { perform } from '../../api/client';
import { places as requests } from '../../api/places';
import type { Places } from '../../wire';
import { EntryForm } from '../entry_form';
import { usePlaces } from '../places_known';
import { placesWords } from './words';

/** Organisations, offices and stations. */
export function PlacesPage() {
  const text = placesWords();
  const { places, reload } = usePlaces();
  return (
    <section class="page" aria-labelledby="places-title">
      <h2 id="places-title">{text.title}</h2>
      {places && (
        <>
          <OfficeForm places={places} onSaved={reload} />
          <StationForm places={places} onSaved={reload} />
        </>
      )}
    </section>
  );
}

/** A form's number; what is none is sent as it came, and the server says what is wrong with it. */
export function numberOr(text: string | undefined): number {
  return Number((text ?? '').replace(',', '.'));
}

function OfficeForm({ places, onSaved }: { places: Places; onSaved: () => Promise<void> }) {
  const text = placesWords();
  return (
    <EntryForm
      title={text.office}
      submitWord={text.add}
      fields={[
        { name: 'organisation', label: text.organisation, required: true, options: places.organisations.map(({ id, name }) => [id, name]) },
        { name: 'country', label: text.country, hint: text.countryHint, required: true, maxLength: 2, ltr: true },
        { name: 'name', label: text.name, required: true, maxLength: 200 },
        { name: 'duty_number', label: text.dutyNumber, ltr: true, maxLength: 20 },
        { name: 'emergency_number', label: text.emergencyNumber, ltr: true, maxLength: 20 },
      ]}
      intent={({ organisation = '', country = '', name = '', duty_number, emergency_number }) =>
        requests.newOffice({ organisation, country: country.toUpperCase(), name, duty_number, emergency_number })
      }
      send={async (intent) => {
        await perform(intent);
        await onSaved();
      }}
    />
  );
}

function StationForm({ places, onSaved }: { places: Places; onSaved: () => Promise<void> }) {
  const text = placesWords();
  if (places.offices.length === 0) return null;
  return (
    <EntryForm
      title={text.station}
      submitWord={text.add}
      fields={[
        { name: 'office', label: text.officeOf, required: true, options: places.offices.map(({ id, name }) => [id, name]), keep: true },
        { name: 'name', label: text.name, required: true, maxLength: 200 },
        { name: 'time_zone', label: text.timeZone, hint: text.timeZoneHint, required: true, ltr: true },
        { name: 'lat', label: text.lat, required: true, ltr: true },
        { name: 'lon', label: text.lon, required: true, ltr: true },
      ]}
      intent={({ office = '', name = '', time_zone = '', lat, lon }) =>
        requests.newStation({ office, name, time_zone, lat: numberOr(lat), lon: numberOr(lon) })
      }
      send={async (intent) => {
        await perform(intent);
        await onSaved();
      }}
    />
  );
}
