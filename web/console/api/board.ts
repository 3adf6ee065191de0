import type { Wire } from '../../api/types';
import { client } from './client';

/** What waits for somebody, and the map. */
export const board = {
  board: () => client.get<Wire['Board']>('/v1/board'),
  map: () => client.get<Wire['Map']>('/v1/map'),
};
