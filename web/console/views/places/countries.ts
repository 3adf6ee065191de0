import { computed, signal } from '@preact/signals';
import { places } from '../../api/places';
import { i18n } from '../../i18n';
import type { Wire } from '../../../api/types';

const known = signal<readonly Wire['Country'][]>([]);
let asked = false;

/** What stands for a country where an office is in none, such as a headquarters that was made with the installation. */
export const NO_COUNTRY = 'ZZ';

/** Fetches the countries once; asked again when that failed. */
export async function loadCountries(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    known.value = (await places.countries()).countries;
  } catch {
    // Codes are shown instead of names, and the next page asks again.
    asked = false;
  }
}

/** Every country by its name in the language on the screen, with its code, in that language's order. */
export const countryOptions = computed<readonly (readonly [string, string])[]>(() => {
  const language = i18n.language.value;
  const order = new Intl.Collator(language);
  return known.value
    .map(({ code, names }) => [code, labelOf(code, names[language])] as const)
    .sort(([, a], [, b]) => order.compare(a, b));
});

/** A country's name with its code; the code once where it has no name. */
export function labelOf(code: string, name: string | undefined): string {
  return name === undefined || name === '' || name === code ? code : `${name} (${code})`;
}

/** A country's name; a dash for none, and the code while names are not known. */
export function countryName(code: string): string {
  if (code === NO_COUNTRY) return '—';
  return known.value.find((one) => one.code === code)?.names[i18n.language.value] ?? code;
}
