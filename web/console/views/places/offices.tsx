import { ltr, Ltr } from '../../../ui/ltr';
import { coordinates } from '../../../ui/time';
import { places as requests } from '../../api/places';
import { utcDate } from '../../dates';
import type { Places } from '../../wire';
import type { EntryField } from '../entry_form';
import { countryName, countryOptions } from './countries';
import { numberOr } from './outline';
import { AddForm, mayEdit, PlaceActs, PlaceTable } from './place_acts';
import { placesWords } from './words';

interface Known {
  places: Places;
  reload: () => Promise<void>;
}

type Organisation = Places['organisations'][number];
type Office = Places['offices'][number];
type Station = Places['duty_stations'][number];

/** Organisations, their country offices, and the stations of those. */
export function Offices({ places, reload }: Known) {
  const text = placesWords();
  return (
    <>
      <PlaceTable
        id="offices-title"
        title={text.offices}
        columns={[text.name, text.organisation, text.country, text.dutyNumber, text.emergencyNumber]}
        empty={places.offices.length === 0}
      >
        {places.offices.map((office) => (
          <OfficeRow key={office.id} office={office} places={places} reload={reload} />
        ))}
      </PlaceTable>
      <AddForm
        title={text.officeAdd}
        onDone={reload}
        fields={[
          { name: 'organisation', label: text.organisation, required: true, options: named(places.organisations), value: places.organisations[0]?.id, keep: true },
          { name: 'country', label: text.country, required: true, options: countryOptions.value },
          { name: 'name', label: text.name, required: true, maxLength: 200 },
          ...numberFields(),
        ]}
        intent={({ organisation = '', country = '', name = '', duty_number, emergency_number }) =>
          requests.newOffice({ organisation, country, name, duty_number, emergency_number })
        }
      />
      <Stations places={places} reload={reload} />
      <Organisations places={places} reload={reload} />
    </>
  );
}

/** Places as the choices of a field. */
export function named(all: readonly { id: string; name: string }[]): (readonly [string, string])[] {
  return all.map(({ id, name }) => [id, name] as const);
}

function numberFields(office?: Office): EntryField[] {
  const text = placesWords();
  return [
    { name: 'duty_number', label: text.dutyNumber, hint: text.numberHint, ltr: true, maxLength: 20, value: office?.duty_number ?? undefined },
    { name: 'emergency_number', label: text.emergencyNumber, ltr: true, maxLength: 20, value: office?.emergency_number ?? undefined },
  ];
}

function OfficeRow({ office, places, reload }: Known & { office: Office }) {
  const text = placesWords();
  const organisation = places.organisations.find(({ id }) => id === office.organisation);
  return (
    <tr class={office.closed_at == null ? undefined : 'past'}>
      <th scope="row">
        <bdi>{office.name}</bdi>
        {office.closed_at != null && <span class="num"> · {text.closedAt(ltr(utcDate(office.closed_at)))}</span>}
      </th>
      <td dir="auto">{organisation?.short_name}</td>
      <td>{countryName(office.country)}</td>
      <td class="num">
        <Ltr>{office.duty_number}</Ltr>
      </td>
      <td class="num">
        <Ltr>{office.emergency_number}</Ltr>
      </td>
      {mayEdit() && (
        <td>
          <PlaceActs
            name={office.name}
            onDone={reload}
            change={{
              fields: [
                { name: 'name', label: text.name, required: true, maxLength: 200, value: office.name },
                ...numberFields(office),
                {
                  name: 'closed',
                  label: text.closed,
                  required: true,
                  value: office.closed_at == null ? 'no' : 'yes',
                  options: [
                    ['no', text.openWord],
                    ['yes', text.closedWord],
                  ],
                },
              ],
              intent: ({ name, duty_number, emergency_number, closed }) =>
                requests.changeOffice(office.id, {
                  name,
                  duty_number: duty_number ?? null,
                  emergency_number: emergency_number ?? null,
                  closed: closed === 'yes',
                }),
            }}
          />
        </td>
      )}
    </tr>
  );
}

function stationFields(places: Places, station?: Station): EntryField[] {
  const text = placesWords();
  const office: EntryField = { name: 'office', label: text.office, required: true, options: named(places.offices), keep: true };
  return [
    ...(station ? [] : [office]),
    { name: 'name', label: text.name, required: true, maxLength: 200, value: station?.name },
    { name: 'time_zone', label: text.timeZone, hint: text.timeZoneHint, required: true, ltr: true, value: station?.time_zone },
    { name: 'lat', label: text.lat, required: true, ltr: true, value: station?.lat.toString() },
    { name: 'lon', label: text.lon, required: true, ltr: true, value: station?.lon.toString() },
  ];
}

function Stations({ places, reload }: Known) {
  const text = placesWords();
  if (places.offices.length === 0) return null;
  return (
    <>
      <PlaceTable
        id="stations-title"
        title={text.stations}
        columns={[text.name, text.office, text.timeZone, text.position]}
        empty={places.duty_stations.length === 0}
      >
        {places.duty_stations.map((station) => (
          <tr key={station.id}>
            <th scope="row">
              <bdi>{station.name}</bdi>
            </th>
            <td dir="auto">{places.offices.find(({ id }) => id === station.office)?.name}</td>
            <td>
              <Ltr>{station.time_zone}</Ltr>
            </td>
            <td class="num">
              <Ltr>{coordinates(station.lat, station.lon)}</Ltr>
            </td>
            {mayEdit() && (
              <td>
                <PlaceActs
                  name={station.name}
                  onDone={reload}
                  change={{
                    fields: stationFields(places, station),
                    intent: ({ name, time_zone, lat, lon }) =>
                      requests.changeStation(station.id, { name, time_zone, lat: numberOr(lat), lon: numberOr(lon) }),
                  }}
                  end={() => requests.endStation(station.id)}
                />
              </td>
            )}
          </tr>
        ))}
      </PlaceTable>
      <AddForm
        title={text.stationAdd}
        onDone={reload}
        fields={stationFields(places)}
        intent={({ office = '', name = '', time_zone = '', lat, lon }) =>
          requests.newStation({ office, name, time_zone, lat: numberOr(lat), lon: numberOr(lon) })
        }
      />
    </>
  );
}

function organisationFields(one?: Organisation): EntryField[] {
  const text = placesWords();
  return [
    { name: 'name', label: text.name, required: true, maxLength: 200, value: one?.name },
    { name: 'short_name', label: text.shortName, required: true, maxLength: 20, value: one?.short_name },
    { name: 'operations_number', label: text.operationsNumber, hint: text.numberHint, ltr: true, maxLength: 20, value: one?.operations_number ?? undefined },
  ];
}

function Organisations({ places, reload }: Known) {
  const text = placesWords();
  return (
    <>
      <PlaceTable
        id="organisations-title"
        title={text.organisations}
        columns={[text.name, text.shortName, text.operationsNumber]}
        empty={places.organisations.length === 0}
      >
        {places.organisations.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <bdi>{one.name}</bdi>
            </th>
            <td dir="auto">{one.short_name}</td>
            <td class="num">
              <Ltr>{one.operations_number}</Ltr>
            </td>
            {mayEdit() && (
              <td>
                <PlaceActs
                  name={one.name}
                  onDone={reload}
                  change={{
                    fields: organisationFields(one),
                    intent: ({ name, short_name, operations_number }) =>
                      requests.changeOrganisation(one.id, { name, short_name, operations_number: operations_number ?? null }),
                  }}
                />
              </td>
            )}
          </tr>
        ))}
      </PlaceTable>
      <AddForm
        title={text.organisationAdd}
        onDone={reload}
        fields={organisationFields()}
        intent={({ name = '', short_name = '', operations_number }) => requests.newOrganisation({ name, short_name, operations_number })}
      />
    </>
  );
}
