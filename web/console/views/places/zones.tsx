import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ageWords } from '../../../ui/time';
import { zones as requests } from '../../api/zones';
import { mayOpen } from '../../area_names';
import { now } from '../../clock';
import { areaHref } from '../../fragment';
import { i18n, words } from '../../i18n';
import { session } from '../../session';
import type { Places } from '../../wire';
import type { EntryField, EntryValues } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { countryName, countryOptions, NO_COUNTRY } from './countries';
import { named } from './offices';
import { outlineOf } from './outline';
import { AddForm, mayEdit, PlaceActs, PlaceTable } from './place_acts';
import { placesWords } from './words';

type ZoneDetail = Wire['ZoneDetail'];

/** Warden zones: who watches each, and which have nobody who can be reached. */
export function Zones({ places, reload }: { places: Places; reload: () => Promise<void> }) {
  const text = placesWords();
  const zones = useSignal<readonly ZoneDetail[] | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = async (): Promise<void> => void (await run(async () => void (zones.value = await requests.zones())));
  useEffect(() => void load(), []);
  const both = async (): Promise<void> => {
    await Promise.all([load(), reload()]);
  };
  if (error.value !== undefined) return <FormError text={error.value} />;
  if (zones.value === undefined) return <p role="status">{words().loading}</p>;
  const unwatched = zones.value.filter(({ unreachable_since }) => unreachable_since != null).length;
  return (
    <>
      {unwatched > 0 && (
        <p class="warning" role="status">
          {text.zoneCount(unwatched)}.{' '}
          {session.value && mayOpen('rights', session.value) && <a href={areaHref('rights')}>{text.appoint}</a>}
        </p>
      )}
      <PlaceTable id="zones-title" title={text.tab.zones} columns={[text.name, text.country, text.area, text.wardens]} empty={zones.value.length === 0}>
        {zones.value.map((one) => (
          <ZoneRow key={one.id} one={one} places={places} reload={both} />
        ))}
      </PlaceTable>
      <AddForm
        title={text.zoneAdd}
        lead={text.zoneLead}
        onDone={both}
        fields={[
          { name: 'country', label: text.country, required: true, options: countriesHere(places), keep: true },
          ...zoneFields(places),
        ]}
        check={checkOutline}
        intent={({ country = '', area, name = '', boundary }) =>
          requests.newZone({ country, area, name, boundary: boundary === undefined ? undefined : outlineOf(boundary) })
        }
      />
    </>
  );
}

/** The countries with an office; every country while there is none. */
export function countriesHere({ offices }: Places): (readonly [string, string])[] {
  const codes = new Set(offices.map(({ country }) => country).filter((code) => code !== NO_COUNTRY));
  const known = countryOptions.value.filter(([code]) => codes.size === 0 || codes.has(code));
  const named = new Set(known.map(([code]) => code));
  return [...known, ...[...codes].filter((code) => !named.has(code)).map((code) => [code, code] as const)];
}

/** Says when what was pasted is no outline. */
export function checkOutline({ boundary }: EntryValues): { name: string; text: string } | undefined {
  if (boundary === undefined || outlineOf(boundary)) return undefined;
  return { name: 'boundary', text: placesWords().boundaryBad };
}

function zoneFields(places: Places, one?: ZoneDetail): EntryField[] {
  const text = placesWords();
  return [
    { name: 'name', label: text.name, required: true, maxLength: 200, value: one?.name },
    { name: 'area', label: text.area, options: named(places.security_areas), value: one?.area ?? undefined },
    boundaryField(one?.boundary),
  ];
}

/** The field into which an outline is pasted. */
export function boundaryField(boundary?: Wire['Boundary'] | null): EntryField {
  const text = placesWords();
  const value = boundary == null ? undefined : JSON.stringify(boundary);
  return { name: 'boundary', label: text.boundary, hint: text.boundaryHint, ltr: true, lines: 4, value };
}

function ZoneRow({ one, places, reload }: { one: ZoneDetail; places: Places; reload: () => Promise<void> }) {
  const text = placesWords();
  const { boundary } = one;
  return (
    <tr>
      <th scope="row">
        <bdi>{one.name}</bdi>
        {boundary != null && <span class="muted"> · {text.outlined}</span>}
      </th>
      <td>{countryName(one.country)}</td>
      <td dir="auto">{places.security_areas.find(({ id }) => id === one.area)?.name}</td>
      <td>
        <Wardens one={one} />
      </td>
      {mayEdit() && (
        <td>
          <PlaceActs
            name={one.name}
            onDone={reload}
            change={{
              fields: zoneFields(places, one),
              check: checkOutline,
              intent: ({ name, area, boundary }) =>
                requests.changeZone(one.id, {
                  name,
                  area: area ?? null,
                  boundary: boundary === undefined ? null : (outlineOf(boundary) ?? null),
                }),
            }}
            end={() => requests.endZone(one.id)}
          />
        </td>
      )}
    </tr>
  );
}

function Wardens({ one: { wardens, unreachable_since } }: { one: ZoneDetail }) {
  const text = placesWords();
  const since = unreachable_since == null ? undefined : ageWords(now.value - Date.parse(unreachable_since), i18n.language.value);
  return (
    <>
      {(since !== undefined || wardens.length === 0) && (
        <strong class="alarm-mark">{since === undefined ? text.noWarden : text.noReachable(since)}</strong>
      )}
      <ul>
        {wardens.map(({ person, name, rank, reachable }) => (
          <li key={`${person ?? ''}${rank}`}>
            <span class="muted">{text.rank[rank]}:</span> <bdi>{name ?? text.hiddenName}</bdi>{' '}
            {reachable ? <span class="muted">{text.reachable}</span> : <strong class="alarm-mark">{text.notReachable}</strong>}
          </li>
        ))}
      </ul>
    </>
  );
}
