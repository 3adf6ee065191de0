import type { PeopleFound } from '../wire';
import { client } from './client';

/** The search that every page has: people by name or number. */
export const search = {
  people: (q: string) => client.send<PeopleFound>('POST', '/v1/people/search', { q }),
};
