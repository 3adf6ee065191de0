import type { CaseSummary } from '../wire';
import type { Words } from '../words/en';

/** Where the subject belongs: organisation, office, duty station, as far as known and each once. */
export function belongs({ subject }: CaseSummary): string {
  const parts = [subject.organisation, subject.office, subject.duty_station].filter((part) => part != null);
  return [...new Set(parts)].join(' · ');
}

/**
 * Where a person is or belongs, in a line of the queue. That they are not in the register is said once: by their label
 * when they have it, and here when not.
 */
export function placeWords(one: CaseSummary, { queue }: Words): string {
  const labelled = one.labels?.includes('person_unknown') === true;
  return belongs(one) || one.facts.place || (labelled ? queue.noPlace : queue.notInRegister);
}
