import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { words } from '../../i18n';
import type { Places } from '../../wire';
import { SelectField } from '../field';
import { countryName, loadCountries, NO_COUNTRY } from '../places/countries';
import { usePlaces } from '../places_known';
import { roleWords } from '../roles/words';
import { useGrants } from './grant_list';
import { choicesOf } from './grantable';
import { GrantsTable } from './grants_table';
import { rightsWords } from './words';

/** Who has rights over one area. */
export function AreaGrants() {
  const text = rightsWords();
  const { places } = usePlaces();
  useEffect(() => void loadCountries(), []);
  const where = useSignal('');
  const past = useSignal(false);
  const [kind, value] = where.value.split(' ');
  const wanted = value === undefined ? undefined : kind === 'country' ? { country: value } : { area_id: value };
  const list = useGrants(wanted && { ...wanted, past: past.value });
  if (!places) return <p role="status">{words().loading}</p>;
  return (
    <>
      <div class="stack">
        <SelectField label={text.where} value={where} options={optionsOf(places, roleWords().kind)} />
        <label class="option">
          <input type="checkbox" checked={past.value} onChange={(event) => (past.value = event.currentTarget.checked)} />
          <span>{text.past}</span>
        </label>
      </div>
      {wanted && <GrantsTable list={list} label={text.tab.area} showHolder />}
    </>
  );
}

function optionsOf(places: Places, kinds: Record<string, string>): (readonly [string, string])[] {
  const { organisations, offices, regions, zones, areas } = choicesOf(places);
  const countries = [...new Set(offices.flatMap(({ country }) => (country === undefined || country === NO_COUNTRY ? [] : [country])))].sort();
  const named = (kind: string, all: readonly { id: string; name: string }[]): (readonly [string, string])[] =>
    all.map(({ id, name }) => [`${kind} ${id}`, `${name} · ${kinds[kind] ?? ''}`] as const);
  return [
    ...countries.map((code) => [`country ${code}`, `${countryName(code)} · ${kinds['country'] ?? ''}`] as const),
    ...named('organisation', organisations),
    ...named('region', regions),
    ...named('office', offices),
    ...named('security_area', areas),
    ...named('zone', zones),
  ];
}
