import { useState } from 'preact/hooks';
import { isOpen } from '../cases';
import { saidOf } from '../facts';
import { language } from '../language';
import { isActive, isNotConfirmed, isUnanswered, type Alarm } from '../progress';
import { app } from '../the_app';
import { CallList } from './call_list';
import { FactsForm } from './facts_form';
import { History } from './history';
import { HoldButton } from './hold_button';
import { Icon } from './icons';
import { PositionCard } from './position_card';
import { Say } from './say';
import { StageCard } from './stage_card';

/** The alarm on this phone: how far it got, whom to call, what else to say. */
export function CaseScreen() {
  const words = language.words.value;
  const [chosen, choose] = useState<string | undefined>(undefined);
  const alarms = app.alarms.value;
  const alarm = alarms.find(({ id }) => id === chosen) ?? alarms[0];
  if (!alarm) return null;
  return (
    <main>
      <h1 class="unseen">{words.stage.label}</h1>
      {alarms.length > 1 && <Others alarms={alarms} shown={alarm} choose={choose} />}
      <OneAlarm key={isActive(alarm) ? `open ${alarm.about}` : alarm.id} alarm={alarm} />
    </main>
  );
}

function Others({ alarms, shown, choose }: { alarms: readonly Alarm[]; shown: Alarm; choose: (id: string) => void }) {
  const words = language.words.value;
  return (
    <div class="others">
      {alarms.map((alarm) => (
        <button key={alarm.id} type="button" class="option" aria-pressed={alarm === shown} onClick={() => choose(alarm.id)}>
          {alarm.about ? <Say text={words.stage.forColleague} values={{ name: alarm.about }} /> : words.hold.name}
          {alarm.held && (
            <>
              {' '}
              <Say text="{reference}" values={{ reference: alarm.held.case.reference }} />
            </>
          )}
        </button>
      ))}
    </div>
  );
}

function OneAlarm({ alarm }: { alarm: Alarm }) {
  const words = language.words.value;
  const said = saidOf(alarm, app.waiting.value);
  const hiding = said.facts.can_talk === 'no';
  const active = isActive(alarm);
  const told = alarm.held !== undefined && isOpen(alarm.held.case);
  return (
    <>
      <StageCard alarm={alarm} />
      {active && <Hiding alarm={alarm} hiding={hiding} />}
      <CallNow alarm={alarm} hiding={hiding} />
      {told && <FactsForm alarm={alarm} said={said} />}
      {active && <PositionCard alarm={alarm} />}
      <History alarm={alarm} />
      <HoldButton about={() => alarm.about} hint={active ? words.hold.again : words.hold.how} />
    </>
  );
}

/** After 10 s without the server's answer, or 60 s without a person's: whom to call. */
function CallNow({ alarm, hiding }: { alarm: Alarm; hiding: boolean }) {
  const words = language.words.value;
  // The seconds go on without anything else changing.
  void app.tick.value;
  const unconfirmed = isNotConfirmed(alarm, app.device);
  const untakenMs = alarm.held ? app.untakenFor(alarm.held) : 0;
  if (!unconfirmed && !isUnanswered(alarm, untakenMs)) return null;
  const say = unconfirmed ? words.notConfirmed : words.unanswered;
  return (
    <section class="card call-now" aria-labelledby="call-now">
      <h2 id="call-now">
        <Icon glyph="alert" /> {say.title}
      </h2>
      <p role="status">{say.text}</p>
      <CallList hiding={hiding} reference={alarm.held?.case.reference} colleague={alarm.about} />
    </section>
  );
}

function Hiding({ alarm, hiding }: { alarm: Alarm; hiding: boolean }) {
  const words = language.words.value.hiding;
  if (!hiding) {
    return (
      <button type="button" class="wide tall hide" onClick={() => app.say(alarm, { can_talk: 'no' })}>
        <Icon glyph="silent" /> {words.press}
      </button>
    );
  }
  return (
    <div class="hiding" role="status">
      <p>
        <Icon glyph="silent" /> <strong>{words.on}</strong>
      </p>
      <button type="button" class="wide quiet" onClick={() => app.say(alarm, { can_talk: 'yes' })}>
        {words.off}
      </button>
    </div>
  );
}
