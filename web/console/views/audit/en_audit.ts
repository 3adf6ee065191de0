import { counter } from '../../../ui/count';

const many = counter('en');
const digits = new Intl.NumberFormat('en');
const num = (value: number): string => digits.format(value);

/** What a sentence of the log is filled with; what a deed does not say is empty, or 0. */
export interface Said {
  /** Who did it. */
  who: string;
  /** To whom: a name, or words for somebody who is not named. */
  whom: string;
  /** Which place or system, by its name in quotation marks; empty where it is gone. */
  it: string;
  role: string;
  /** Where a role counts, or in which country something is. */
  place: string;
  grade: string;
  n: number;
  entered: number;
  changed: number;
  back: number;
  left: number;
  went: number;
}

/** The words of the log of what was done. */
export const audit = {
  title: 'Log of what was done',
  lead: 'Who did what with rights, places, lists and phones. Nothing in it can be changed or taken out.',
  scope: 'Where',
  everywhere: 'Everywhere that you may read',
  when: 'When (UTC)',
  what: 'What was done',
  noted: 'Where it is noted',
  places: (n: number) => many(n, { one: '{n} place', other: '{n} places' }),
  why: 'Why',
  until: (stamp: string) => `Until ${stamp}.`,
  quoted: (name: string) => `“${name}”`,
  somebody: 'somebody (name not shown to you)',
  aRole: 'a role',
  wholeInstallation: 'the whole installation',
  otherSystem: (name: string) => `Another system, ${name},`,
  other: (who: string, deed: string) => `${who}: ${deed}.`,
  unknownDeed: 'something that this page has no words for; reload it',
  system: 'Muster',
  loud: 'Told at once on every console',
  none: 'Nothing was done yet.',
  more: 'Load older',
  act: {
    roleGranted: ({ who, whom, role, place }: Said) => `${who} granted ${whom} the role ${role} over ${place}.`,
    rosterChanged: ({ who, whom, role, place }: Said) => `${who} changed when ${whom} is on duty as ${role} over ${place}.`,
    roleEnded: ({ who, whom, role, place }: Said) => `${who} ended the role ${role} of ${whom} over ${place}.`,
    roleDelegated: ({ who, whom, role, place }: Said) => `${who} let ${whom} stand in as ${role} over ${place}.`,
    glassBroken: ({ who, role, place }: Said) => `${who} took the role ${role} over ${place} for an hour by break-glass.`,
    namesUnsealed: ({ who, place, n }: Said) => `${who} had names shown in ${place}, for ${many(n, { one: '{n} more member', other: '{n} more members' })} of the Security Management Team.`,
    officeSeized: ({ who, it }: Said) => `${who} declared the office ${it} seized: its sessions were ended and its lists hidden.`,
    officeRestored: ({ who, it }: Said) => `${who} let the office ${it} work again.`,
    sessionEnded: ({ who, whom }: Said) => `${who} ended one session of ${whom}.`,
    sessionsEnded: ({ who, whom, n }: Said) => `${who} ended ${many(n, { one: '{n} session', other: '{n} sessions' })} of ${whom}.`,
    factorSet: ({ who }: Said) => `${who} set up a code generator.`,
    factorTaken: ({ who, whom }: Said) => `${who} took the code generator of ${whom} away.`,
    passwordLink: ({ who, whom }: Said) => `${who} issued a link by which ${whom} can set a password.`,
    passwordChanged: ({ who, n }: Said) => `${who} changed their own password; ${many(n, { one: '{n} other session was ended', other: '{n} other sessions were ended' })}.`,
    deviceRevoked: ({ who, whom }: Said) => `${who} revoked a phone of ${whom}.`,
    deviceLost: ({ who, whom }: Said) => `${who} revoked a phone of ${whom}: it was lost.`,
    deviceStolen: ({ who, whom }: Said) => `${who} revoked a phone of ${whom}: it was stolen.`,
    deviceSeized: ({ who, whom }: Said) => `${who} revoked a phone of ${whom}: it was seized.`,
    deviceOther: ({ who, whom }: Said) => `${who} revoked a phone of ${whom}: it was neither lost, stolen nor seized.`,
    deviceCopied: ({ whom }: Said) => `A phone of ${whom} seems to be copied: its session was ended, and it must be enrolled again.`,
    phoneInvited: ({ who, whom }: Said) => `${who} issued a code that enrols a phone of ${whom}.`,
    phonesInvited: ({ who, n }: Said) => `${who} invited the phones of ${many(n, { one: '{n} person', other: '{n} people' })}.`,
    codesVoid: ({ who }: Said) => `${who} made the codes of an invitation void.`,
    listImported: ({ who, entered, changed, back, left }: Said) => `${who} imported a list: ${num(entered)} new, ${num(changed)} changed, ${num(back)} back, ${num(left)} left.`,
    importUndone: ({ who }: Said) => `${who} undid an imported list.`,
    listAttested: ({ who, it, n }: Said) => `${who} signed that the list of ${it} is right: ${many(n, { one: '{n} person', other: '{n} people' })}.`,
    exportedByName: ({ who, n }: Said) => `${who} took ${many(n, { one: '{n} person', other: '{n} people' })} out of Muster, by name.`,
    exportedByPseudonym: ({ who, n }: Said) => `${who} took ${many(n, { one: '{n} person', other: '{n} people' })} out of Muster, by pseudonym.`,
    personEntered: ({ who, whom }: Said) => `${who} entered ${whom} in the register.`,
    personChanged: ({ who, whom }: Said) => `${who} changed what is known of ${whom}.`,
    personLeft: ({ who, whom }: Said) => `${who} noted that ${whom} has left.`,
    personBack: ({ who, whom }: Said) => `${who} noted that ${whom} is back.`,
    numberProven: ({ who, whom }: Said) => `${who} reached ${whom} by calling a number, which is proven now.`,
    whereaboutsSet: ({ who, whom }: Said) => `${who} noted where ${whom} is for now.`,
    whereaboutsCleared: ({ who, whom }: Said) => `${who} noted that ${whom} is where they usually are.`,
    addressMoved: ({ who, whom }: Said) => `${who} gave the e-mail address of ${whom}, who has left, to somebody else.`,
    groupMade: ({ who }: Said) => `${who} made a group of people.`,
    groupChanged: ({ who, n, went }: Said) => `${who} changed a group of people: ${num(n)} came, ${num(went)} went.`,
    groupDeleted: ({ who }: Said) => `${who} deleted a group of people.`,
    organisationEntered: ({ who, it }: Said) => `${who} entered the organisation ${it}.`,
    organisationChanged: ({ who, it }: Said) => `${who} changed the organisation ${it}.`,
    officeEntered: ({ who, it, place }: Said) => `${who} entered the country office ${it} in ${place}.`,
    officeChanged: ({ who, it, place }: Said) => `${who} changed the country office ${it} in ${place}.`,
    officeClosed: ({ who, it, place }: Said) => `${who} closed the country office ${it} in ${place}.`,
    officeReopened: ({ who, it, place }: Said) => `${who} opened the country office ${it} in ${place} again.`,
    stationEntered: ({ who, it }: Said) => `${who} entered the duty station ${it}.`,
    stationChanged: ({ who, it }: Said) => `${who} changed the duty station ${it}.`,
    stationEnded: ({ who, it }: Said) => `${who} took away a duty station ${it}.`,
    regionEntered: ({ who, it, n }: Said) => `${who} entered the region ${it} of ${many(n, { one: '{n} country', other: '{n} countries' })}.`,
    regionChanged: ({ who, it, n }: Said) => `${who} changed the region ${it}: it has ${many(n, { one: '{n} country', other: '{n} countries' })}.`,
    regionEnded: ({ who, it }: Said) => `${who} took away a region ${it}.`,
    areaEntered: ({ who, it, place }: Said) => `${who} entered the security area ${it} in ${place}.`,
    areaChanged: ({ who, it, place }: Said) => `${who} changed the security area ${it} in ${place}.`,
    areaEnded: ({ who, it, place }: Said) => `${who} took away a security area ${it} in ${place}.`,
    areaGraded: ({ who, it, place, grade }: Said) => `${who} graded the security area ${it} in ${place} as “${grade}”.`,
    schemeEntered: ({ who, n }: Said) => `${who} entered a grading scheme of ${many(n, { one: '{n} grade', other: '{n} grades' })}.`,
    premisesEntered: ({ who, it }: Said) => `${who} entered premises ${it}.`,
    premisesEnded: ({ who, it }: Said) => `${who} took away premises ${it}.`,
    zoneEntered: ({ who, it, place }: Said) => `${who} entered the warden zone ${it} in ${place}.`,
    zoneChanged: ({ who, it, place }: Said) => `${who} changed the warden zone ${it} in ${place}.`,
    zoneEnded: ({ who, it, place }: Said) => `${who} took away a warden zone ${it} in ${place}.`,
    zoneUnwatched: ({ it, place }: Said) => `The warden zone ${it} in ${place} has had no reachable warden for 24 hours.`,
    tokenIssued: ({ who, it }: Said) => `${who} gave another system, ${it}, a token.`,
    tokenEnded: ({ who, it }: Said) => `${who} ended the token of another system, ${it}.`,
    tokenMayNote: ({ who, it, n }: Said) => `${who} allowed another system, ${it}, to note ${many(n, { one: '{n} person', other: '{n} people' })} as having left.`,
    tokenTakenOver: ({ who, it }: Said) => `${who} took the token of another system, ${it}, over and answers for it now.`,
    tokenHeldAgain: ({ it }: Said) => `Somebody answers for the token of another system, ${it}, again.`,
    tokenRanOut: ({ it }: Said) => `The token of another system, ${it}, was ended: nobody took it over within seven days.`,
    tokenUnheld: ({ it }: Said) => `Nobody answers for the token of another system, ${it}, any more: it ends unless it is taken over.`,
    ladderChanged: ({ who, it, n }: Said) => `${who} changed whom the server calls about alarms${it === '' ? '' : ` of ${it}`}: ${many(n, { one: '{n} step', other: '{n} steps' })}.`,
    ladderEnded: ({ who, it }: Said) => `${who} took the own policy of calls${it === '' ? '' : ` of ${it}`} away: what is above it counts.`,
    tokenStopped: ({ it }: Said) => `Another system, ${it}, was kept from noting more than 5 % of the people as having left.`,
  },
  deed: {
    role_granted: 'Role granted',
    role_ended: 'Role ended',
    role_delegated: 'Ad interim',
    glass_broken: 'Break-glass',
    names_unsealed: 'Names unsealed',
    office_seized: 'Office seized',
    office_restored: 'Office works again',
    sessions_ended: 'Sessions ended',
    second_factor_changed: 'Code generator changed',
    password_link_issued: 'Password link issued',
    password_changed: 'Own password changed',
    device_revoked: 'Phone revoked',
    device_copied: 'Phone copied',
    phones_invited: 'Phones invited',
    list_imported: 'List imported',
    import_undone: 'Import undone',
    list_attested: 'List signed',
    people_exported: 'People exported',
    person_changed: 'Person changed',
    roster_changed: 'Duty roster changed',
    place_changed: 'Place changed',
    area_graded: 'Area graded',
    zone_unwatched: 'Zone without a warden',
    token_unheld: 'Token that nobody answers for',
    token_changed: 'Machine’s token',
    ladder_changed: 'Calls about alarms changed',
  },
};

export type AuditWords = typeof audit;
