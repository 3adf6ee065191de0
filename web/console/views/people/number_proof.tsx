import { ltr } from '../../../ui/ltr';
import { utcDate } from '../../dates';
import type { PhoneNumber } from '../../wire';
import { peopleWords } from './words';

/** Whether a number was proven to reach the person, how and when. */
export function NumberProof({ phone: { verified_at, verified_basis } }: { phone: PhoneNumber }) {
  const { one: text } = peopleWords();
  if (verified_at == null) return <strong>{text.unproven}</strong>;
  const how = (text.basis as Partial<Record<string, string>>)[verified_basis ?? ''] ?? text.basis.other;
  return <span class="muted">{text.proven(how, ltr(utcDate(verified_at)))}</span>;
}
