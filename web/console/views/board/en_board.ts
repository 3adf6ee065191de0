import { counter } from '../../../ui/count';

const many = counter('en');

/** The words of the board. */
export const board = {
  title: 'What waits for somebody',
  asOf: (stamp: string) => `As of ${stamp}. Asked again every two minutes.`,
  nothing: 'Nothing is overdue within your reach.',
  count: (n: number) => many(n, { one: '{n} thing waits', other: '{n} things wait' }),
  zones: 'Zones without a reachable warden',
  zonesLead: 'Nobody there would be asked for. Appoint somebody with an enrolled phone or a proven number.',
  zone: 'Zone',
  country: 'Country',
  since: 'For',
  alert: 'ALERT: 24 hours or longer',
  toZones: 'Open the zones',
  again: 'Ask again',
};

export type BoardWords = typeof board;
