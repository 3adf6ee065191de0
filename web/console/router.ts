import { signal } from '@preact/signals';
import type { AreaName } from './area_names';
import { areaHref, parseFragment, type Route } from './fragment';

/** The page on the screen. */
export const route = signal<Route>(parseFragment(location.hash));

/** Follows the address bar, and takes a secret out of it as soon as it is read. */
export function startRouter(): void {
  hideSecret();
  addEventListener('hashchange', () => {
    route.value = parseFragment(location.hash);
    hideSecret();
  });
}

function hideSecret(): void {
  if (route.value.page !== 'setup' && route.value.page !== 'password') return;
  history.replaceState(null, '', location.pathname);
}

/** Goes to the queue. */
export function goToQueue(): void {
  go('#/');
}

/** Opens a case; `instead` leaves no step in the browser's history, for moving through a list. */
export function goToCase(id: string, instead = false): void {
  go(`#/case/${id}`, instead);
}

/** Goes to an area of the console; `instead` leaves no step in the browser's history, for filters and tabs. */
export function goToArea(
  area: AreaName,
  path: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
  instead = false,
): void {
  go(areaHref(area, path, query), instead);
}

function go(hash: string, instead = false): void {
  if (instead) history.replaceState(null, '', hash);
  else if (location.hash !== hash) history.pushState(null, '', hash);
  route.value = parseFragment(hash);
}
