import type { Wire } from '../../../api/types';
import { INSTALLATION } from '../../api/calling';
import type { Places } from '../../wire';

/** What a policy's area is called; `everybody` for the whole installation. */
export function nameOf(policy: Pick<Wire['Policy'], 'area' | 'name'> | undefined, everybody: string): string {
  return policy?.name ?? (policy?.area === INSTALLATION ? everybody : '?');
}

/** The areas that have no policy of their own yet, the widest first. */
export function areasWithout(places: Places, policies: readonly Pick<Wire['Policy'], 'area'>[], everybody: string): [string, string][] {
  const taken = new Set(policies.map(({ area }) => area));
  const all: [string, string][] = [
    [INSTALLATION, everybody],
    ...places.organisations.map(({ id, name }): [string, string] => [id, name]),
    ...places.regions.map(({ id, name }): [string, string] => [id, name]),
    ...places.offices.filter(({ closed_at }) => closed_at == null).map(({ id, name }): [string, string] => [id, name]),
  ];
  return all.filter(([id]) => !taken.has(id));
}
