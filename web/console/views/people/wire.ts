import type { Wire } from '../../../api/types';
import type { Places } from '../../wire';

/** A warden zone, as `GET /v1/places` names it. */
interface Zone {
  id: string;
  name: string;
  country: string;
}

/** The zones within reach; none from a server that names none. */
export function zonesOf(places: Places): readonly Zone[] {
  return (places as Places & { zones?: Zone[] }).zones ?? [];
}

/** Dependants and visitors of a person that the viewer may see. */
export function sponsoredBy(person: Wire['PersonDetail']): readonly string[] {
  return (person as Wire['PersonDetail'] & { sponsored?: string[] }).sponsored ?? [];
}
