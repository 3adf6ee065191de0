import { counter } from '../../../ui/count';

const many = counter('en');

/** The words of the page of other systems. */
export const tokens = {
  title: 'Other systems',
  lead: 'A directory such as Microsoft Entra ID or Okta keeps the people of one organisation up to date with a token. It can do nothing else. What it does stands in the log under its name.',
  list: 'Tokens',
  none: 'No token works now.',
  past: 'Show what is over, too',
  name: 'System',
  scope: 'What for, and whose people',
  purpose: { scim: 'People and groups (SCIM)' } as Readonly<Record<string, string>>,
  unknownOrganisation: 'an organisation that you do not see',
  created: 'Issued',
  used: 'Last used',
  expires: 'Runs out',
  never: 'not yet',
  soon: (n: number) => many(n, { one: '{n} day left', other: '{n} days left' }),
  over: 'Run out',
  ended: 'Ended',
  stopped: 'Was kept from noting more people as having left:',
  raised: (people: string, stamp: string) => `May note ${people} people as having left, until ${stamp}.`,
  issue: {
    title: 'Issue a token',
    lead: 'One for each system, so that each can be ended alone. Its secret is shown once.',
    name: 'Which system uses it',
    nameHint: 'It stands in the log beside what the system does: “Entra ID”, for example.',
    organisation: 'Whose people it keeps',
    days: 'Days until it runs out (1 to 365)',
    daysHint: 'Issue the next one and put it into the directory before.',
    submit: 'Issue the token',
    done: 'Issued. Its secret is shown at the top of this page, this once.',
    number: 'Give a number of days, 1 to 365.',
  },
  issued: {
    title: (name: string) => `The token for ${name}`,
    lead: 'This is shown once. Put it into the directory now: nobody can show it again, we keep none.',
    onlyHere:
      'This console is open at an address of this computer only, and so is the address below: a directory elsewhere cannot reach it. Set public_origins in the server’s configuration to the https address that others reach, and use that one.',
    address: 'Address (tenant URL)',
    secret: 'Secret token',
    copy: 'Copy',
    copyAddress: 'Copy the address',
    copySecret: 'Copy the secret token',
    until: (stamp: string) => `It works until ${stamp}.`,
    forget: 'Done: forget it',
    lost: 'The secret of a token is shown only now, under Other systems. Put it into the directory first.',
  },
  end: {
    press: 'End',
    of: (name: string) => `End the token of ${name}`,
    title: (name: string) => `End the token of ${name}`,
    lead: 'The system reaches nothing any more, at once. Whom it entered stays. To use it again, issue another token.',
    reason: 'Why',
    reasonHint: 'It is kept, and read by whoever may read the log.',
    submit: 'End the token',
    done: 'The token is ended.',
  },
  raise: {
    press: 'Let more leave',
    of: (name: string) => `Let more leave by the token of ${name}`,
    title: (name: string) => `Let ${name} note more people as having left`,
    lead: 'Within 24 hours no more than 5 % of the organisation leave by tokens: a mistake in the directory must not empty the register. If the directory is right, say how many may leave. It counts for 24 hours.',
    people: 'How many people may leave within 24 hours',
    peopleHint: 'Those of the last 24 hours count too.',
    number: 'Give a number of people, 1 to 1,000,000.',
    submit: 'Let them leave',
    done: 'It may, for 24 hours. The directory tries again by itself.',
  },
};

export type TokensWords = typeof tokens;
