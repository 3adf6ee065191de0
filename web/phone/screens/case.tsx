import { useState } from 'preact/hooks';
import { keyOf } from '../about';
import { isOpen } from '../cases';
import { saidOf } from '../facts';
import { language } from '../language';
import { isActive, type Alarm } from '../progress';
import { app } from '../the_app';
import { CallNow } from './call_now';
import { FactsForm } from './facts_form';
import { ForWhom } from './for_whom';
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
      <OneAlarm key={isActive(alarm) ? `open ${keyOf(alarm.about)}` : alarm.id} alarm={alarm} />
    </main>
  );
}

function Others({ alarms, shown, choose }: { alarms: readonly Alarm[]; shown: Alarm; choose: (id: string) => void }) {
  const words = language.words.value;
  return (
    <div class="others">
      {alarms.map((alarm) => (
        <button key={alarm.id} type="button" class="option" aria-pressed={alarm === shown} onClick={() => choose(alarm.id)}>
          <span>
            {alarm.about.kind === 'own' ? words.hold.name : <ForWhom about={alarm.about} />}{' '}
            {alarm.held && <Say text="{reference}" values={{ reference: alarm.held.case.reference }} />}
          </span>
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
      <CallNow alarm={alarm} />
      {told && <FactsForm alarm={alarm} said={said} />}
      {active && <PositionCard alarm={alarm} />}
      <History alarm={alarm} />
      <HoldButton about={() => alarm.about} hint={active ? words.hold.again : words.hold.how} />
    </>
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
