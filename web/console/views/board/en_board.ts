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
  tokens: 'Tokens that nobody answers for',
  tokensLead: 'Who answered for them has left, or may issue none any more. Take them over or end them: otherwise the directory stops by itself.',
  tokenEnds: (stamp: string) => `ends ${stamp}`,
  toTokens: 'Open other systems',
  lists: 'Lists to sign',
  listsLead: 'The head of an office signs every 31 days that its list of people is right.',
  office: 'Office',
  people: 'People',
  signed: 'Last signed',
  never: 'never',
  due: 'Due',
  overdue: 'OVERDUE',
  stale: 'changed since it was signed',
  imports: (n: number) => many(n, { one: '{n} import waits for somebody', other: '{n} imports wait for somebody' }),
  numbers: (n: number) => many(n, { one: '{n} number waits to be proven by a call', other: '{n} numbers wait to be proven by a call' }),
  again: 'Ask again',
};

export type BoardWords = typeof board;
