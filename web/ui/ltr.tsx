import type { ComponentChildren } from 'preact';

/** Times, numbers on the telephone and coordinates read left to right in every language. */
export function Ltr({ children }: { children: ComponentChildren }) {
  return <bdi dir="ltr">{children}</bdi>;
}

/** The same for a text inside a sentence: held together by Unicode's isolates. */
export function ltr(text: string): string {
  return `\u2066${text}\u2069`;
}
