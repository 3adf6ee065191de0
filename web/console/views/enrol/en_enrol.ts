import { counter } from '../../../ui/count';

const many = counter('en');

/** The words of the page that enrols one phone. */
export const enrol = {
  title: 'Enrol a phone',
  lead: 'Find the person, issue a code, and let them open it on their phone. A code works once, for one phone.',
  who: 'Person: name or number',
  issue: 'Issue a code',
  for: 'For',
  phones: (n: number) =>
    many(n, { one: '{n} phone is enrolled now', other: '{n} phones are enrolled now' }),
  phonesAsking: 'Asking how many phones are enrolled…',
  phonesUnknown: 'How many phones are enrolled now is not known.',
  checked: (stamp: string) => `Checked ${stamp}, and again every 5 seconds.`,
  onlyHere:
    'This console is open at an address of this computer only, and so are the link and the QR code: a phone elsewhere cannot open them. Set public_origins in the server’s configuration to the https address that phones reach, open the console at that address, and issue another code.',
  scan: 'Scan with the phone’s camera',
  qr: 'QR code with the enrolment link',
  link: 'Or open this link on the phone',
  code: 'Or type this code in the app',
  until: 'Works until',
  expired: 'This code has run out. Issue another one.',
  secret: 'Whoever has this code can raise alarms in this person’s name. Show it to nobody else.',
  another: 'Another person',
};

export type EnrolWords = typeof enrol;
