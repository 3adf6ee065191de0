import { Ltr } from '../../../ui/ltr';
import { coordinates } from '../../../ui/time';
import type { Wire } from '../../../api/types';
import { places as requests } from '../../api/places';
import type { Places } from '../../wire';
import { named } from './offices';
import { numberOr } from './outline';
import { AddForm, mayEdit, PlaceActs, PlaceTable } from './place_acts';
import { placesWords } from './words';

/** Buildings and compounds of country offices. */
export function Premises({ places, reload }: { places: Places; reload: () => Promise<void> }) {
  const text = placesWords();
  return (
    <>
      <PlaceTable id="premises-title" title={text.tab.premises} columns={[text.name, text.kind, text.office, text.position]} empty={places.premises.length === 0}>
        {places.premises.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <bdi>{one.name}</bdi>
            </th>
            <td>{text.premisesKind[one.kind]}</td>
            <td dir="auto">{places.offices.find(({ id }) => id === one.office)?.name}</td>
            <td class="num">
              <Ltr>{coordinates(one.lat, one.lon)}</Ltr>
            </td>
            {mayEdit() && (
              <td>
                <PlaceActs name={one.name} onDone={reload} end={() => requests.endPremises(one.id)} />
              </td>
            )}
          </tr>
        ))}
      </PlaceTable>
      <AddForm
        title={text.premisesAdd}
        onDone={reload}
        fields={[
          { name: 'office', label: text.office, required: true, options: named(places.offices), keep: true },
          { name: 'duty_station', label: text.station, options: named(places.duty_stations), keep: true },
          { name: 'kind', label: text.kind, required: true, options: Object.entries(text.premisesKind) },
          { name: 'name', label: text.name, required: true, maxLength: 200 },
          { name: 'lat', label: text.lat, required: true, ltr: true },
          { name: 'lon', label: text.lon, required: true, ltr: true },
        ]}
        intent={({ office = '', duty_station, kind, name = '', lat, lon }) =>
          requests.newPremises({ office, duty_station, kind: kind as Wire['PremisesKind'], name, lat: numberOr(lat), lon: numberOr(lon) })
        }
      />
    </>
  );
}
