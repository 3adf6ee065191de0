import { Ltr } from '../../../ui/ltr';
import { places as requests } from '../../api/places';
import type { Places } from '../../wire';
import { countryName } from './countries';
import { named } from './offices';
import { AddForm, mayEdit, PlaceActs, PlaceTable } from './place_acts';
import { placesWords } from './words';

/** The country codes that somebody typed, in capitals. */
export function codesOf(text: string): string[] {
  return text.toUpperCase().split(/[\s,;]+/).filter(Boolean);
}

/** Organisations' own groupings of countries. */
export function Regions({ places, reload }: { places: Places; reload: () => Promise<void> }) {
  const text = placesWords();
  const countries = { name: 'countries', label: text.countries, hint: text.countriesHint, required: true, ltr: true, lines: 2 };
  return (
    <>
      <PlaceTable id="regions-title" title={text.tab.regions} columns={[text.name, text.organisation, text.countries]} empty={places.regions.length === 0}>
        {places.regions.map((region) => (
          <tr key={region.id}>
            <th scope="row">
              <bdi>{region.name}</bdi>
            </th>
            <td dir="auto">{places.organisations.find(({ id }) => id === region.organisation)?.short_name}</td>
            <td>
              {region.countries.map((code) => (
                <span key={code} title={countryName(code)}>
                  <Ltr>{code}</Ltr>{' '}
                </span>
              ))}
            </td>
            {mayEdit() && (
              <td>
                <PlaceActs
                  name={region.name}
                  onDone={reload}
                  change={{
                    fields: [
                      { name: 'name', label: text.name, required: true, maxLength: 200, value: region.name },
                      { ...countries, value: region.countries.join(' ') },
                    ],
                    intent: ({ name, countries = '' }) => requests.changeRegion(region.id, { name, countries: codesOf(countries) }),
                  }}
                  end={() => requests.endRegion(region.id)}
                />
              </td>
            )}
          </tr>
        ))}
      </PlaceTable>
      <AddForm
        title={text.regionAdd}
        lead={text.regionLead}
        onDone={reload}
        fields={[
          { name: 'organisation', label: text.organisation, required: true, options: named(places.organisations), keep: true },
          { name: 'name', label: text.name, required: true, maxLength: 200 },
          countries,
        ]}
        intent={({ organisation = '', name = '', countries = '' }) => requests.newRegion({ organisation, name, countries: codesOf(countries) })}
      />
    </>
  );
}
