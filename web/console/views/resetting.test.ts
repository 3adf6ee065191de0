import { describe, expect, it } from 'vitest';
import { resetKeeping, type ResettableForm } from './resetting';

/** A form as far as resetting goes: every field falls back to its first value. */
function formOf(values: Record<string, string>, first: Record<string, string>): ResettableForm & { values: () => Record<string, string> } {
  const fields = new Map(Object.entries(values).map(([name, value]) => [name, { value }]));
  return {
    elements: { namedItem: (name) => fields.get(name) ?? null },
    reset: () => fields.forEach((field, name) => (field.value = first[name] ?? '')),
    values: () => Object.fromEntries([...fields].map(([name, { value }]) => [name, value])),
  };
}

describe('a set-up form after a save', () => {
  it('keeps the chosen office and empties the rest, for the next person of the same office', () => {
    const form = formOf(
      { office: 'third', kind: 'visitor', name: 'Amina Yusuf', phone: '+999555' },
      { office: 'first', kind: 'staff_intl' },
    );
    resetKeeping(form, [{ name: 'office', keep: true }, { name: 'kind' }, { name: 'name' }, { name: 'phone' }]);
    expect(form.values()).toEqual({ office: 'third', kind: 'staff_intl', name: '', phone: '' });
  });

  it('does without a field that the form does not have', () => {
    const form = formOf({ name: 'Amina Yusuf' }, {});
    resetKeeping(form, [{ name: 'office', keep: true }, { name: 'name' }]);
    expect(form.values()).toEqual({ name: '' });
  });
});
