import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { AreaName } from './area_names';
import type { AreaRoute } from './fragment';

/** What an area's own chunk brings. */
export interface Area {
  /** The page, for every address in the area. */
  Page: ComponentType<{ at: AreaRoute }>;
  /** The account's: setting up a code generator, also in front of another page. */
  Setup?: ComponentType<{ onDone?: () => void }>;
  /** Its words. */
  words: { ready: () => Promise<void> };
}

const CHUNKS: Record<AreaName, () => Promise<{ area: Area }>> = {
  map: () => import('./views/map/map_area'),
  watch: () => import('./views/watch/watch_area'),
  board: () => import('./views/board/board_area'),
  people: () => import('./views/people/people_area'),
  imports: () => import('./views/imports/imports_area'),
  places: () => import('./views/places/places_area'),
  rights: () => import('./views/rights/rights_area'),
  enrol: () => import('./views/enrol/enrol_area'),
  devices: () => import('./views/devices/devices_area'),
  tokens: () => import('./views/tokens/tokens_area'),
  calling: () => import('./views/calling/calling_area'),
  audit: () => import('./views/audit/audit_area'),
  account: () => import('./views/account/account_area'),
};

/** The areas whose chunk has arrived; `failed` for one that did not. */
export const loaded = signal<Partial<Record<AreaName, Area | 'failed'>>>({});

/** Fetches an area's chunk and its words in the language on the screen. */
export async function loadArea(name: AreaName): Promise<void> {
  const known = loaded.peek()[name];
  if (known !== undefined && known !== 'failed') return known.words.ready();
  let arrived: Area | 'failed';
  try {
    ({ area: arrived } = await CHUNKS[name]());
    await arrived.words.ready();
  } catch {
    arrived = 'failed';
  }
  loaded.value = { ...loaded.peek(), [name]: arrived };
}
