import { firstArea } from './area_names';
import type { Route } from './fragment';
import { route } from './router';
import { session } from './session';

/** The page on the screen. Who works no cases begins in an area: there is no queue for them. */
export function shownPage(): Route {
  const at = route.value;
  const held = session.value;
  if (at.page === 'area' || !held || held.works_cases) return at;
  return { page: 'area', area: firstArea(held), path: [], query: {} };
}
