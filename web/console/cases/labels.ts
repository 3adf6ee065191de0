import { ageWords } from '../../ui/time';
import type { CaseSummary } from '../wire';
import type { Words } from '../words/en';

/** The labels of a case as words; one this console does not know is shown as it came, never dropped. */
export function labelWords(one: CaseSummary, { terms, detail }: Words, language: string): string[] {
  const age = (seconds: number): string => ageWords(Math.abs(seconds) * 1_000, language);
  return (one.labels ?? []).map((label) => {
    if (label === 'delayed' && one.delayed_s != null) return detail.delayed(age(one.delayed_s));
    if (label === 'clock_skew' && one.clock_skew_s != null) return detail.skew(age(one.clock_skew_s));
    return (terms.label as Partial<Record<string, string>>)[label] ?? label;
  });
}
