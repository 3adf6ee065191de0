import { useEffect } from 'preact/hooks';
import { Ltr } from '../../../ui/ltr';
import { ownLocal, utcDate } from '../../dates';
import type { Grant } from '../../wire';
import { countryName, loadCountries } from '../places/countries';
import { roleWords } from './words';

/** Where a grant counts: its place by name, and what kind of place that is. */
export function AreaOf({ grant: { area, area_name, country } }: { grant: Pick<Grant, 'area' | 'area_name' | 'country'> }) {
  const { kind } = roleWords();
  useEffect(() => void loadCountries(), []);
  const name = area_name ?? (country == null ? undefined : countryName(country));
  if (name == null) return <>{kind[area]}</>;
  return (
    <>
      <bdi>{name}</bdi> <span class="muted">{kind[area]}</span>
    </>
  );
}

/** A moment in UTC, and in the time of this computer. */
export function When({ at }: { at: string }) {
  return (
    <span class="num when">
      <Ltr>{utcDate(at)}</Ltr>
      <span class="muted">
        <Ltr>{ownLocal(at)}</Ltr>
      </span>
    </span>
  );
}
