import { signal } from '@preact/signals';
import { askExercise } from '../../ui/exercise';
import type { ComponentChildren } from 'preact';
import { language } from '../language';
import { isUnwatched } from '../progress';
import { linkTo, route, type Route } from '../route';
import { app } from '../the_app';
import { Icon, type Glyph } from './icons';

/** What the server says to a phone that is not enrolled yet. It is asked after the page stands, and nothing waits for it. */
const exerciseToAll = signal(false);
if (!app.near.value.exercise) void askExercise().then((told) => (exerciseToAll.value = told === true));

/** What stands on every screen: exercise, connection, what the person must know, and the way to the other screens. */
export function Frame({ children }: { children: ComponentChildren }) {
  const words = language.words.value;
  return (
    <div class="frame">
      <header>
        {(app.near.value.exercise || exerciseToAll.value) && <p class="exercise">{words.exerciseShort}</p>}
        {app.enrolled.value === 'yes' && <Reach />}
        <Warnings />
      </header>
      {app.enrolled.value === 'yes' && FAR.has(route.value) && <Ready />}
      {children}
      {app.enrolled.value === 'yes' && <Nav />}
    </div>
  );
}

function Reach() {
  const words = language.words.value.reach;
  const reach = app.line.reach.value;
  return (
    <p class={`reach ${reach}`} role="status">
      <svg class="reach-shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        {reach === 'reached' ? <circle cx="8" cy="8" r="6" /> : <path d="M3 3l10 10M13 3 3 13" />}
      </svg>
      {words[reach]}
    </p>
  );
}

function Warnings() {
  const words = language.words.value;
  const { withdrawn } = app.near.value;
  const says = [
    isUnwatched(app.near.value.watched, app.alarms.value) && words.unwatched,
    app.signInEnded.value && (withdrawn ? words.withdrawn[withdrawn] : words.signInEnded),
    app.storeBroken.value && words.storeBroken,
  ].filter((text) => text !== false);
  return (
    <>
      {says.map((text) => (
        <p key={text} class="strip" role="status">
          <Icon glyph="alert" /> <span>{text}</span>
        </p>
      ))}
    </>
  );
}

/** The pages without a NOT OKAY of their own. */
const FAR: ReadonlySet<Route> = new Set<Route>(['calls', 'settings', 'summons', 'enrol', 'entry', 'number', 'place']);

/** The way to the button, in reach wherever such a page has been scrolled to. */
function Ready() {
  const words = language.words.value;
  return (
    <section class="ready" aria-label={words.hold.name}>
      <a href={linkTo('button')}>
        <Icon glyph="alert" /> {words.hold.name}
      </a>
    </section>
  );
}

const PAGES: readonly { to: Route; glyph: Glyph; word: 'home' | 'colleague' | 'calls' | 'settings' }[] = [
  { to: 'home', glyph: 'home', word: 'home' },
  { to: 'colleague', glyph: 'colleague', word: 'colleague' },
  { to: 'calls', glyph: 'calls', word: 'calls' },
  { to: 'settings', glyph: 'settings', word: 'settings' },
];

/** Pages that belong to another one of the bar. */
const SHOWN_AS: Partial<Record<Route, Route>> = { case: 'home', button: 'home', summons: 'home', entry: 'settings', number: 'settings', place: 'settings' };

function Nav() {
  const words = language.words.value.nav;
  const here = SHOWN_AS[route.value] ?? route.value;
  return (
    <nav aria-label={words.label}>
      {PAGES.map(({ to, glyph, word }) => (
        <a key={to} href={linkTo(to)} aria-current={to === here ? 'page' : undefined}>
          <Icon glyph={glyph} />
          <span>{words[word]}</span>
        </a>
      ))}
    </nav>
  );
}
