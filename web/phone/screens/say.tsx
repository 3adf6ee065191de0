import type { ComponentChildren } from 'preact';

/** What goes into a sentence: times, numbers and references read left to right, names in their own direction. */
export type Values = Record<string, string | number | undefined>;

const LEFT_TO_RIGHT = new Set(['time', 'from', 'stored', 'reference', 'metres', 'number']);

/** A sentence with its values, each isolated from the direction around it. */
export function Say({ text, values = {} }: { text: string; values?: Values }) {
  const parts: ComponentChildren[] = text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    return (
      <bdi key={index} {...(LEFT_TO_RIGHT.has(part) ? { dir: 'ltr', class: 'num' } : {})}>
        {values[part]}
      </bdi>
    );
  });
  return <>{parts}</>;
}
