import type { ComponentChildren } from 'preact';

/** Times, numbers on the telephone and coordinates read left to right in every language. */
export function Ltr({ children }: { children: ComponentChildren }) {
  return <bdi dir="ltr">{children}</bdi>;
}
