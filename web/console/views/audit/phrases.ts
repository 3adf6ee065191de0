import type { Deed } from '../../wire';
import type { AuditWords } from './en_audit';

/** A sentence of the log. */
export type Act = keyof AuditWords['act'];

/** What the server's own words about a deed say: which sentence it is, and what is filled in. */
export interface Phrase {
  act: Act;
  parts: Partial<Record<string, string>>;
}

const GRANT = /^(?<role>\w+) over (?<area>\w+)(?: (?<name>.+))?$/;

/** The forms in which the server notes each deed. A test holds them to the server's own sources. */
const FORMS: Record<Deed, readonly (readonly [RegExp, Act])[]> = {
  role_granted: [[GRANT, 'roleGranted']],
  role_ended: [[GRANT, 'roleEnded']],
  role_delegated: [[GRANT, 'roleDelegated']],
  glass_broken: [[GRANT, 'glassBroken']],
  names_unsealed: [[/^names of (?<country>\w*), for (?<n>\d+) of the team$/, 'namesUnsealed']],
  office_seized: [[/^office (?<name>.+)$/, 'officeSeized']],
  office_restored: [[/^office (?<name>.+)$/, 'officeRestored']],
  sessions_ended: [
    [/^One session was ended\.$/, 'sessionEnded'],
    [/^(?<n>\d+) sessions were ended\.$/, 'sessionsEnded'],
  ],
  second_factor_changed: [
    [/^A code generator was set up\.$/, 'factorSet'],
    [/^A code generator was taken away\.$/, 'factorTaken'],
  ],
  password_link_issued: [[/^A link that sets a password was issued\.$/, 'passwordLink']],
  password_changed: [[/^They changed their own password; (?<n>\d+) other sessions were ended\.$/, 'passwordChanged']],
  device_revoked: [
    [/^device \S+: lost$/, 'deviceLost'],
    [/^device \S+: stolen$/, 'deviceStolen'],
    [/^device \S+: seized$/, 'deviceSeized'],
    [/^device \S+: other$/, 'deviceOther'],
    // Of servers that did not ask for the cause.
    [/^device .+$/, 'deviceRevoked'],
  ],
  device_copied: [[/^device .+$/, 'deviceCopied']],
  phones_invited: [
    [/^1 person$/, 'phoneInvited'],
    [/^(?<n>\d+) people$/, 'phonesInvited'],
    [/^codes of a batch made void$/, 'codesVoid'],
  ],
  list_imported: [
    [/^a list was imported: (?<entered>\d+) new, (?<changed>\d+) changed, (?<back>\d+) back, (?<left>\d+) left$/, 'listImported'],
  ],
  import_undone: [[/^an imported list was undone$/, 'importUndone']],
  list_attested: [[/^a list of (?<n>\d+) people was signed$/, 'listAttested']],
  people_exported: [
    [/^(?<n>\d+) people were taken out, by name$/, 'exportedByName'],
    [/^(?<n>\d+) people were taken out, by pseudonym$/, 'exportedByPseudonym'],
  ],
  person_changed: [
    [/^a person was entered$/, 'personEntered'],
    [/^a person's fields were changed$/, 'personChanged'],
    [/^a person was noted as having left$/, 'personLeft'],
    [/^a person was noted as back$/, 'personBack'],
    [/^a number was proven by calling it$/, 'numberProven'],
    [/^where a person is for now was set$/, 'whereaboutsSet'],
    [/^where a person is for now was cleared$/, 'whereaboutsCleared'],
    [/^the address of somebody who has left is somebody else's now$/, 'addressMoved'],
    [/^a group was made$/, 'groupMade'],
    [/^a group was changed: (?<n>\d+) came, (?<went>\d+) went$/, 'groupChanged'],
    [/^a group was deleted$/, 'groupDeleted'],
  ],
  roster_changed: [[/^An entry of a duty roster was \w+: (?<role>\w+) over (?<area>\w+)(?: (?<name>.+))?$/, 'rosterChanged']],
  place_changed: [
    [/^An organisation was entered$/, 'organisationEntered'],
    [/^An organisation was changed$/, 'organisationChanged'],
    [/^The country office in (?<country>\w+) was closed$/, 'officeClosed'],
    [/^The country office in (?<country>\w+) was opened again$/, 'officeReopened'],
    [/^The country office in (?<country>\w+) was changed$/, 'officeChanged'],
    [/^A country office in (?<country>\w+) was entered$/, 'officeEntered'],
    [/^A duty station was entered$/, 'stationEntered'],
    [/^A duty station was changed$/, 'stationChanged'],
    [/^A duty station was ended$/, 'stationEnded'],
    [/^A region of (?<n>\d+) countries was entered$/, 'regionEntered'],
    [/^A region was changed; it has (?<n>\d+) countries$/, 'regionChanged'],
    [/^A region was taken away$/, 'regionEnded'],
    [/^A security area in (?<country>\w+) was entered$/, 'areaEntered'],
    [/^A security area in (?<country>\w+) was changed$/, 'areaChanged'],
    [/^A security area in (?<country>\w+) was ended$/, 'areaEnded'],
    [/^A grading scheme of (?<n>\d+) grades was entered$/, 'schemeEntered'],
    [/^Premises \(\w+\) were entered$/, 'premisesEntered'],
    [/^Premises \(\w+\) were ended$/, 'premisesEnded'],
    [/^A warden zone in (?<country>\w+) was entered$/, 'zoneEntered'],
    [/^A warden zone in (?<country>\w+) was changed$/, 'zoneChanged'],
    [/^A warden zone in (?<country>\w+) was ended$/, 'zoneEnded'],
  ],
  area_graded: [[/^A security area in (?<country>\w+) was graded (?<grade>.+)$/, 'areaGraded']],
  zone_unwatched: [[/^A warden zone in (?<country>\w+) has had no reachable warden for 24 hours$/, 'zoneUnwatched']],
  token_changed: [
    [/^a token was issued: (?<name>.+)$/, 'tokenIssued'],
    [/^a token was ended: (?<name>.+)$/, 'tokenEnded'],
    [/^a token may note (?<n>\d+) people as having left: (?<name>.+)$/, 'tokenMayNote'],
    [/^a token was taken over: (?<name>.+)$/, 'tokenTakenOver'],
    [/^somebody answers for a token again: (?<name>.+)$/, 'tokenHeldAgain'],
    [/^a token was kept from noting more than 5 % of the people as having left: (?<name>.+)$/, 'tokenStopped'],
  ],
  ladder_changed: [
    [/^Whom the server calls about alarms was changed: (?<n>\d+) steps$/, 'ladderChanged'],
    [/^An area's own policy of whom the server calls about alarms was taken away$/, 'ladderEnded'],
  ],
  token_unheld: [
    [/^nobody answers for a token any more, it ends unless it is taken over: (?<name>.+)$/, 'tokenUnheld'],
    [/^a token ended that nobody took over within seven days: (?<name>.+)$/, 'tokenRanOut'],
  ],
};

/** Every deed that has sentences. */
export const DEEDS = Object.keys(FORMS) as Deed[];

/** Reads the server's words; none where it says something that this page does not know. */
export function read(deed: string, what: string): Phrase | undefined {
  const forms = (FORMS as Partial<Record<string, (typeof FORMS)[Deed]>>)[deed] ?? [];
  for (const [form, act] of forms) {
    const found = form.exec(what);
    if (found) return { act, parts: { ...found.groups } };
  }
  return undefined;
}
