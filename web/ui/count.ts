/** A phrase in the forms that a count can need in a language; `{n}` stands for the count. */
export type CountForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/**
 * Puts a count into a phrase as a language has it: Arabic has one form for two, another for three to ten, and another
 * for eleven to ninety-nine. A form that the phrase lacks is its `other`.
 */
export function counter(language: string): (count: number, forms: CountForms) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replaceAll('{n}', digits.format(count));
}
