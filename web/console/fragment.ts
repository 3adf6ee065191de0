import { AREAS, type AreaName } from './area_names';

/** The pages of the console. `setup` and `password` carry a one-time secret. */
export type Route =
  | { page: 'queue' }
  | { page: 'case'; id: string }
  | AreaRoute
  | { page: 'setup'; secret: string }
  | { page: 'password'; secret: string };

/** A page of an area: `#/people/ID?tab=phones` is the area `people`, the path `[ID]`, and the query `{ tab: 'phones' }`. */
export interface AreaRoute {
  page: 'area';
  area: AreaName;
  path: readonly string[];
  query: Readonly<Partial<Record<string, string>>>;
}

/** Reads the fragment of an address. Anything unknown is the queue. */
export function parseFragment(fragment: string): Route {
  const text = fragment.replace(/^#\/?/, '');
  const [, word, secret] = /^(setup|password)=(.+)$/.exec(text) ?? [];
  if (secret !== undefined) return { page: word === 'setup' ? 'setup' : 'password', secret };
  const [, id] = /^case\/([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (id !== undefined) return { page: 'case', id };
  return parseArea(text) ?? { page: 'queue' };
}

function parseArea(text: string): AreaRoute | undefined {
  const [, name = '', rest = '', search = ''] = /^([a-z]+)((?:\/[\w-]+)*)\/?(?:\?(.*))?$/i.exec(text) ?? [];
  const area = AREAS.find((one) => one === name);
  if (area === undefined) return undefined;
  return { page: 'area', area, path: rest.split('/').slice(1), query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a page of an area. Parts of the query without a value are left out. */
export function areaHref(
  area: AreaName,
  path: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]));
  const search = new URLSearchParams(given).toString();
  return `#/${[area, ...path].join('/')}${search === '' ? '' : `?${search}`}`;
}
