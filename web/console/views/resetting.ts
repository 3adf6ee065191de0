/** The part of a form that is emptied and filled. */
export interface ResettableForm {
  elements: { namedItem: (name: string) => { value: string } | object | null };
  reset: () => void;
}

/** A field by its name; one to keep has the same value in what is entered next. */
export interface KeptField {
  name: string;
  keep?: boolean;
}

/** Empties a form but for the fields that are to stay. */
export function resetKeeping(form: ResettableForm, fields: readonly KeptField[]): void {
  const kept = fields.flatMap(({ name, keep }) => {
    const field = form.elements.namedItem(name);
    return keep === true && field !== null && 'value' in field ? [{ field, value: field.value }] : [];
  });
  form.reset();
  for (const { field, value } of kept) field.value = value;
}
