import { OWN } from '../about';
import { isOpen } from '../cases';
import { language } from '../language';
import { isActive } from '../progress';
import { linkTo } from '../route';
import { stamp } from '../stamp';
import { app } from '../the_app';
import { HoldButton } from './hold_button';
import { Icon } from './icons';
import { Say } from './say';
import { SummonsCards } from './summons';

/** The button, and nothing in front of it. */
export function Home() {
  const { hold, nav, title } = language.words.value;
  return (
    <main class="home">
      <h1 class="unseen">{title}</h1>
      <HoldButton about={() => OWN} hint={hold.how} />
      <SummonsCards />
      <OpenAlarm />
      <a class="row" href={linkTo('calls')}>
        <Icon glyph="calls" />
        <span>{nav.calls}</span>
      </a>
      <PositionOffer />
    </main>
  );
}

function OpenAlarm() {
  const words = language.words.value.home;
  const [alarm] = app.alarms.value;
  if (!alarm) return null;
  const closed = alarm.held && !isOpen(alarm.held.case) ? alarm.held.case.closed_at : undefined;
  const { about } = alarm;
  const name = about.kind === 'colleague' ? about.name : undefined;
  const open = about.kind === 'own' ? words.open : name === undefined ? words.openUnnamed : words.openColleague;
  return (
    <a class="row" href={linkTo('case')}>
      <Icon glyph="info" />
      <span>
        <Say text={isActive(alarm) ? open : words.closedAt} values={{ name, time: closed ? stamp(closed, app.clock.now()) : '' }} />
      </span>
      <span class="row-go">{words.show}</span>
    </a>
  );
}

/** At a calm time, so that no question stands before the button when it counts. */
function PositionOffer() {
  const words = language.words.value.home;
  const right = app.positions.right.value;
  if (right !== 'prompt' && right !== 'denied') return null;
  return (
    <section class="card" aria-labelledby="position-offer">
      <h2 id="position-offer">
        <Icon glyph="pin" /> {words.positionTitle}
      </h2>
      <p>{right === 'prompt' ? words.positionPrompt : words.positionDenied}</p>
      {right === 'prompt' && (
        <button type="button" class="wide" onClick={() => app.allowPosition()}>
          {words.positionAllow}
        </button>
      )}
    </section>
  );
}
