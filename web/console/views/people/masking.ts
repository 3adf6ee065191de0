import type { Wire } from '../../../api/types';

type Masked = Wire['Masked'];

/** The fields of a person that the page shows beside name and numbers. */
export const FIELDS = [
  'external_id',
  'job_title',
  'email',
  'call_sign',
  'languages',
  'own_time_zone',
  'zone',
  'residence',
  'hotel',
  'present_from',
  'present_until',
  'fallback',
  'passport',
  'medical',
  'sponsor',
  'supervisor',
] as const;
export type PersonField = (typeof FIELDS)[number];

/** What hides a field. Pseudonyms stand for people of whom nothing is said by which they could be known. */
const HIDDEN_BY: Record<PersonField, readonly Masked[]> = {
  external_id: ['name'],
  job_title: ['name'],
  email: ['contacts'],
  call_sign: ['contacts'],
  languages: [],
  own_time_zone: [],
  zone: ['residence'],
  residence: ['residence'],
  hotel: ['residence'],
  present_from: ['residence'],
  present_until: ['residence'],
  fallback: ['residence', 'contacts'],
  passport: ['passport'],
  medical: ['medical'],
  sponsor: ['relations'],
  supervisor: ['relations'],
};

/** Whether a field is known, known to be empty, or not shown to this viewer: three different things. */
export function standing(field: PersonField, person: Wire['PersonDetail']): 'shown' | 'empty' | 'masked' {
  const value = person[field];
  const empty = value == null || value === '' || (Array.isArray(value) && value.length === 0);
  if (!empty) return 'shown';
  return isMasked(field, person.masked ?? []) ? 'masked' : 'empty';
}

/** Whether a viewer from whom this is hidden does not see a field. */
export function isMasked(field: PersonField, masked: readonly Masked[]): boolean {
  return HIDDEN_BY[field].some((one) => masked.includes(one));
}
