import { counter } from '../../../ui/count';

const many = counter('en');

/** The words of the map. */
export const map = {
  title: 'Map',
  canvas: 'Map of offices, zones and people in open cases. The list beside it says the same.',
  keys: 'Arrow keys move, + and − zoom, 0 shows everything.',
  disclaimer: 'Boundaries and names: no endorsement implied. Natural Earth, public domain.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show everything',
  landMissing: 'The outline of the world could not be loaded. Places are shown without it.',
  asOf: (stamp: string) => `As of ${stamp}`,
  stale: (stamp: string) => `NOT UP TO DATE: the server does not answer. This is as of ${stamp}.`,
  cases: (n: number) => many(n, { one: '{n} person in an open case', other: '{n} people in open cases' }),
  nobody: 'Nobody is in an open case.',
  casesHidden: 'Open cases are not shown to you here.',
  withoutPosition: 'Open, without a position',
  offices: 'Offices',
  stations: 'Duty stations',
  premises: 'Premises',
  zones: 'Zones with an outline',
  none: 'None.',
  show: 'Show',
  showOf: (name: string) => `Show ${name} on the map`,
  onlyCountry: 'where it is was not entered: the country’s middle',
  noPlace: 'place not known',
  accuracy: (m: string) => `within ${m} m`,
  taken: (age: string) => `taken ${age} ago`,
  ofReporter: 'the reporter’s position, not this person’s',
};

export type MapWords = typeof map;
