import { effect, signal } from '@preact/signals';

/** What this page shows and nobody can show again: each sentence says what would be lost. */
export const unkept = signal<readonly (() => string)[]>([]);

/** Notes that something would be lost; what it gives back says that it was kept. */
export function holdUnkept(say: () => string): () => void {
  unkept.value = [...unkept.peek(), say];
  return () => {
    unkept.value = unkept.peek().filter((one) => one !== say);
  };
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Has the browser ask before the window closes while something would be lost. Once per page. */
export function startKeeping(): void {
  effect(() => {
    if (unkept.value.length > 0) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  });
}
