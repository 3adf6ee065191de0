import { signal } from '@preact/signals';
import { codeInFragment } from './enrolment';

/** The screens. `summons` is what this phone was woken for. `button` is the home-screen shortcut's: the button, whatever is open. */
export type Route = 'home' | 'button' | 'case' | 'colleague' | 'calls' | 'settings' | 'enrol' | 'summons' | EntryRoute;
/** The pages about the person's own entry in the register. They come in a chunk of their own. */
export type EntryRoute = 'entry' | 'number' | 'place';

const FRAGMENTS: Record<Route, string> = {
  home: '',
  button: '#not-okay',
  case: '#case',
  colleague: '#colleague',
  calls: '#calls',
  settings: '#settings',
  enrol: '#enrol',
  summons: '#summons',
  entry: '#entry',
  number: '#number',
  place: '#place',
};

/** The screen that a fragment names; home for any other. */
export function routeOf(fragment: string): Route {
  if (codeInFragment(fragment) !== undefined) return 'enrol';
  const found = (Object.keys(FRAGMENTS) as Route[]).find((route) => route !== 'home' && FRAGMENTS[route] === fragment);
  return found ?? 'home';
}

/** The screen shown now. */
export const route = signal<Route>('home');
/** The code that came in a link, until it is used. The address keeps no trace of it. */
export const linkCode = signal<string | undefined>(undefined);

/** Where a link leads on this page. */
export function linkTo(to: Route): string {
  return FRAGMENTS[to] || '#';
}

/** Shows a screen in place of the present one. */
export function show(to: Route): void {
  history.replaceState(null, '', `${location.pathname}${FRAGMENTS[to]}`);
  route.value = to;
}

/** Follows the address. A code in it is taken out at once, so that no history and no screenshot keeps it. */
export function followAddress(): void {
  const read = (): void => {
    const code = codeInFragment(location.hash);
    route.value = routeOf(location.hash);
    if (code === undefined) return;
    linkCode.value = code;
    history.replaceState(null, '', `${location.pathname}${FRAGMENTS.enrol}`);
  };
  addEventListener('hashchange', () => {
    read();
    // Each screen begins at its top, from wherever on a long one the bar was pressed.
    scrollTo(0, 0);
  });
  read();
}
