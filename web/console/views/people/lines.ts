import type { Wire } from '../../../api/types';
import type { Places } from '../../wire';
import { words } from '../../i18n';
import { LINES, type Line } from './editing';
import { isMasked, type PersonField } from './masking';
import { peopleWords } from './words';

const MASKED_AS: Partial<Record<string, PersonField>> = {
  external_id: 'external_id',
  job_title: 'job_title',
  email: 'email',
  call_sign: 'call_sign',
  zone: 'zone',
  present_from: 'present_from',
  present_until: 'present_until',
  residence: 'residence',
  hotel: 'hotel',
  fallback: 'fallback',
  passport: 'passport',
  medical: 'medical',
  sponsor: 'sponsor',
  supervisor: 'supervisor',
};

/** The fields that the form offers: what is not shown to the viewer is not offered, so that it stays as it is. */
export function shownLines(person: Wire['PersonDetail']): Line[] {
  const masked = person.masked ?? [];
  return LINES.filter((line) => {
    if (line === 'name') return !masked.includes('name');
    if (line === 'phones') return !masked.includes('contacts');
    const field = MASKED_AS[line.split('.')[0] ?? ''];
    return field === undefined || !isMasked(field, masked);
  });
}

/** Whether a field names another person: they are chosen, not typed. */
export function isRelation(line: Line): boolean {
  return line === 'sponsor' || line === 'supervisor';
}

/** What a field of the form is called. */
export function lineName(line: Line): string {
  const { edit, one, ...text } = peopleWords();
  const names: Record<Line, string> = {
    name: text.name,
    office: text.office,
    kind: text.kind,
    duty_station: text.station,
    external_id: one.field.external_id,
    job_title: one.field.job_title,
    email: one.field.email,
    call_sign: one.field.call_sign,
    languages: text.languages,
    time_zone: edit.timeZone,
    zone: one.field.zone,
    present_from: one.field.present_from,
    present_until: one.field.present_until,
    residence: one.field.residence,
    hotel: one.field.hotel,
    'fallback.name': edit.fallbackName,
    'fallback.number': edit.fallbackNumber,
    'passport.number': edit.passportNumber,
    'passport.country': edit.passportCountry,
    'passport.expires': edit.passportExpires,
    'medical.blood_group': edit.blood,
    'medical.allergies': edit.allergies,
    'medical.notes': edit.notes,
    sponsor: one.field.sponsor,
    supervisor: one.field.supervisor,
    phones: edit.phones,
  };
  return names[line];
}

/** The choices of a field; none where it is typed. */
export function optionsOf(line: Line, places: Places): (readonly [string, string])[] | undefined {
  if (line === 'office') return places.offices.map(({ id, name }) => [id, name]);
  if (line === 'duty_station') return places.duty_stations.map(({ id, name }) => [id, name]);
  if (line === 'zone') return places.zones.map(({ id, name }) => [id, name]);
  if (line === 'kind') return Object.entries(words().terms.personKind);
  return undefined;
}
