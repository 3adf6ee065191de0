import type { Wire } from '../../../api/types';
import { fieldOf, momentOf } from '../../dates';

/** Fields of the form that a person's own entry fills, one line of text each. */
export const LINES = [
  'name',
  'office',
  'kind',
  'duty_station',
  'external_id',
  'job_title',
  'email',
  'call_sign',
  'languages',
  'time_zone',
  'zone',
  'present_from',
  'present_until',
  'residence',
  'hotel',
  'fallback.name',
  'fallback.number',
  'passport.number',
  'passport.country',
  'passport.expires',
  'medical.blood_group',
  'medical.allergies',
  'medical.notes',
  'sponsor',
  'supervisor',
  'phones',
] as const;
export type Line = (typeof LINES)[number];

/** A person as the form holds them: text in every field, empty where there is nothing. */
export type Draft = Readonly<Record<Line, string>>;

/** What the form begins with. Numbers are one to a line: the kind, then the number. */
export function draftOf(person: Wire['PersonDetail']): Draft {
  const moment = (at: string | null | undefined): string => (at == null ? '' : fieldOf(at));
  return {
    name: person.name,
    office: person.office_id,
    kind: person.kind,
    duty_station: person.duty_station_id ?? '',
    external_id: person.external_id ?? '',
    job_title: person.job_title ?? '',
    email: person.email ?? '',
    call_sign: person.call_sign ?? '',
    languages: (person.languages ?? []).join(' '),
    time_zone: person.own_time_zone ?? '',
    zone: person.zone ?? '',
    present_from: moment(person.present_from),
    present_until: moment(person.present_until),
    residence: person.residence ?? '',
    hotel: person.hotel ?? '',
    'fallback.name': person.fallback?.name ?? '',
    'fallback.number': person.fallback?.number ?? '',
    'passport.number': person.passport?.number ?? '',
    'passport.country': person.passport?.country ?? '',
    'passport.expires': person.passport?.expires ?? '',
    'medical.blood_group': person.medical?.blood_group ?? '',
    'medical.allergies': person.medical?.allergies ?? '',
    'medical.notes': person.medical?.notes ?? '',
    sponsor: person.sponsor ?? '',
    supervisor: person.supervisor ?? '',
    phones: person.phones.map(({ kind, number }) => `${kind} ${number}`).join('\n'),
  };
}

/** The numbers of the lines; a line without a kind is a mobile number. */
export function phonesOf(text: string): Wire['NewPhone'][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [, kind = 'mobile', number = line] = /^([a-z]+)\s+(.+)$/i.exec(line) ?? [];
      return { kind: kind.toLowerCase(), number: number.replace(/[\s().-]/g, '') };
    });
}

type Change = Wire['ChangePerson'];

/** What a change sends: the fields that differ, `null` where one was emptied. Nothing when nothing differs. */
export function changesOf(before: Draft, after: Draft): Change | undefined {
  const differs = (line: Line): boolean => before[line].trim() !== after[line].trim();
  const text = (line: Line): string => after[line].trim();
  const change: Change = {};
  if (differs('name')) change.name = text('name');
  if (differs('office')) change.office = text('office');
  if (differs('kind')) change.kind = text('kind') as Change['kind'];
  for (const line of ['duty_station', 'external_id', 'job_title', 'email', 'call_sign', 'time_zone', 'zone', 'residence', 'hotel', 'sponsor', 'supervisor'] as const) {
    if (differs(line)) change[line] = text(line) || null;
  }
  for (const line of ['present_from', 'present_until'] as const) {
    if (differs(line)) change[line] = momentOf(text(line)) ?? null;
  }
  if (differs('languages')) change.languages = text('languages').split(/[\s,]+/).filter(Boolean);
  if (differs('phones')) change.phones = phonesOf(after.phones);
  if (differs('fallback.name') || differs('fallback.number')) {
    const gone = text('fallback.name') === '' && text('fallback.number') === '';
    change.fallback = gone ? null : { name: text('fallback.name'), number: text('fallback.number') };
  }
  if (differs('passport.number') || differs('passport.country') || differs('passport.expires')) {
    const gone = text('passport.number') === '' && text('passport.country') === '' && text('passport.expires') === '';
    const expires = text('passport.expires') || undefined;
    change.passport = gone ? null : { number: text('passport.number'), country: text('passport.country'), expires };
  }
  if (differs('medical.blood_group') || differs('medical.allergies') || differs('medical.notes')) {
    const [blood_group, allergies, notes] = [text('medical.blood_group'), text('medical.allergies'), text('medical.notes')].map((one) => one || undefined);
    change.medical = blood_group ?? allergies ?? notes ? { blood_group, allergies, notes } : null;
  }
  return Object.keys(change).length === 0 ? undefined : change;
}

/** A form after somebody else changed the person: what stands in it now, and where both changed the same. */
export interface Merged {
  draft: Draft;
  /** Fields that the other changed and this form did not: taken over. */
  taken: Line[];
  /** Fields that both changed: the form's own text stays until somebody decides. */
  both: Line[];
}

/** Brings a form up to date with what the register holds now. */
export function merged(before: Draft, mine: Draft, now: Draft): Merged {
  const theirs = LINES.filter((line) => before[line] !== now[line] && mine[line] !== now[line]);
  const both = theirs.filter((line) => mine[line] !== before[line]);
  const taken = theirs.filter((line) => !both.includes(line));
  const draft = { ...mine, ...Object.fromEntries(taken.map((line) => [line, now[line]])) };
  return { draft, taken, both };
}

/** The field of the form that an error of the server blames. */
export function blamedLine(pointer: string | undefined): Line | undefined {
  if (pointer === undefined) return undefined;
  const name = pointer.slice(1).replaceAll('/', '.');
  return LINES.find((line) => line === name) ?? LINES.find((line) => name.startsWith(`${line}.`) || line.startsWith(`${name}.`));
}
