import { signal } from '@preact/signals';

/** The pages of the console. `setup` and `password` carry a one-time secret. */
export type Route =
  | { page: 'queue' }
  | { page: 'case'; id: string }
  | { page: 'enrol' }
  | { page: 'setup'; secret: string }
  | { page: 'password'; secret: string };

/** Reads the fragment of an address. Anything unknown is the queue. */
export function parseFragment(fragment: string): Route {
  const text = fragment.replace(/^#\/?/, '');
  const [, word, secret] = /^(setup|password)=(.+)$/.exec(text) ?? [];
  if (secret !== undefined) return { page: word === 'setup' ? 'setup' : 'password', secret };
  const [, id] = /^case\/([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (id !== undefined) return { page: 'case', id };
  return text === 'enrol' ? { page: 'enrol' } : { page: 'queue' };
}

/** The page on the screen. */
export const route = signal<Route>(parseFragment(location.hash));

/** Follows the address bar, and takes a secret out of it as soon as it is read. */
export function startRouter(): void {
  hideSecret();
  addEventListener('hashchange', () => {
    route.value = parseFragment(location.hash);
    hideSecret();
  });
}

function hideSecret(): void {
  if (route.value.page !== 'setup' && route.value.page !== 'password') return;
  history.replaceState(null, '', location.pathname);
}

/** Goes to the queue. */
export function goToQueue(): void {
  go('#/');
}

/** Opens a case. */
export function goToCase(id: string): void {
  go(`#/case/${id}`);
}

/** Goes to the page that enrols a phone. */
export function goToEnrol(): void {
  go('#/enrol');
}

function go(hash: string): void {
  if (location.hash !== hash) history.pushState(null, '', hash);
  route.value = parseFragment(hash);
}
