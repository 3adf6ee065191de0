import { directionOf } from '../../ui/i18n';
import { language } from '../language';
import { linkTo } from '../route';
import { stamp } from '../stamp';
import type { Summons } from '../summons';
import { app } from '../the_app';
import { summons } from '../the_waking';
import { Icon } from './icons';
import { Say } from './say';

/** What calls the owner of this phone: what was pressed among the notifications leads here. */
export function SummonsScreen() {
  const { summons: words, nav } = language.words.value;
  return (
    <main>
      <h1>{words.page}</h1>
      <SummonsCards />
      {summons.shown.value.length === 0 && <p>{words.none}</p>}
      <a class="row" href={linkTo('calls')}>
        <Icon glyph="calls" />
        <span>{nav.calls}</span>
      </a>
    </main>
  );
}

/** The same texts as the worker shows, until they are put away or over. */
export function SummonsCards() {
  return (
    <div class="summonses" role="status">
      {summons.shown.value.map((one) => (
        <SummonsCard key={one.message} one={one} />
      ))}
    </div>
  );
}

function SummonsCard({ one: { message, at, said } }: { one: Summons }) {
  const words = language.words.value.summons;
  const id = `summons-${message}`;
  return (
    <section class="card summons" aria-labelledby={id}>
      <h2 id={id}>
        <Icon glyph="alert" /> {words.title}
      </h2>
      {said ? (
        <p class="summons-text" lang={said.language} dir={directionOf(said.language === 'ar' ? 'ar' : 'en')}>
          {said.text}
        </p>
      ) : (
        <p class="summons-text">{words.unknown}</p>
      )}
      <p class="note">
        <Say text={words.at} values={{ time: stamp(at, app.clock.now()) }} />
      </p>
      <a class="wide" href="/console">
        {words.console}
      </a>
      <button type="button" class="wide quiet" onClick={() => void summons.putAway(message)}>
        {words.away}
      </button>
    </section>
  );
}
