import { useEffect, useRef } from 'preact/hooks';
import { utcTime } from '../../ui/time';
import { language } from '../language';
import { stageOf, type Alarm, type Stage } from '../progress';
import type { Words } from '../words/en';
import { StageShape } from './icons';
import { Say, type Values } from './say';

interface Told {
  headline: string;
  sub?: string | undefined;
  values: Values;
}

/** How far the alarm got, in its own shape and words. */
export function StageCard({ alarm }: { alarm: Alarm }) {
  const words = language.words.value;
  const stage = stageOf(alarm);
  const { headline, sub, values } = tell(alarm, stage, words);
  const notKept = alarm.unsent.some(({ kept }) => kept === 'not_kept');
  const reference = alarm.held?.case.reference;
  const card = useRef<HTMLElement>(null);
  // The button that was held is gone: whoever listens to the screen goes on here.
  useEffect(() => {
    if (alarm.unsent.length > 0) card.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <section class={`card stage ${stage}`} aria-label={words.stage.label} ref={card} tabIndex={-1}>
      <StageShape stage={stage} />
      <div class="stage-words">
        {alarm.about && (
          <p class="stage-about">
            <Say text={words.stage.forColleague} values={{ name: alarm.about }} />
          </p>
        )}
        <div role="status">
          <p class="stage-headline">
            <Say text={headline} values={values} />
          </p>
          {sub && (
            <p>
              <Say text={sub} values={values} />
            </p>
          )}
        </div>
        {notKept && stage === 'sending' && <p class="warned">{words.stage.notKept}</p>}
        {reference && (
          <p class="note">
            <Say text={words.stage.reference} values={{ reference }} />
          </p>
        )}
      </div>
    </section>
  );
}

function tell(alarm: Alarm, stage: Stage, words: Words): Told {
  const { stage: say } = words;
  const of = alarm.held?.case;
  switch (stage) {
    case 'sending':
      return { headline: say.sending, sub: say.sendingSub, values: {} };
    case 'queued':
      return tellQueued(alarm, words);
    case 'stored':
      return { headline: say.stored, values: { time: of && utcTime(of.last_tap_at) } };
    case 'on_console': {
      const time = utcTime(of?.shown_at ?? of?.last_tap_at ?? '');
      return { headline: say.onConsole, sub: say.onConsoleSub, values: { time, stored: of && utcTime(of.last_tap_at) } };
    }
    case 'taken': {
      const time = of?.taken_at ? utcTime(of.taken_at) : '';
      return { headline: say.taken, sub: of?.taken_at ? say.takenSub : undefined, values: { name: of?.taken_by ?? '', time } };
    }
    case 'closed': {
      const outcome = of?.outcome === 'resolved' ? say.resolved : of?.outcome === 'false_alarm' ? say.falseAlarm : '';
      return { headline: say.closed, sub: `${outcome} ${say.closedSub}`.trim(), values: { time: of?.closed_at ? utcTime(of.closed_at) : '' } };
    }
  }
}

function tellQueued({ unsent }: Alarm, { stage: say, failure: reasons }: Words): Told {
  const kept = unsent.map((tap) => tap.kept);
  const headline = kept.includes('not_kept') ? say.notKept : kept.includes('keeping') ? say.queuedKeeping : say.queued;
  const failure = unsent.find((tap) => tap.failure)?.failure;
  const reason = failure ? reasons[failure.why] : '';
  const first = kept.includes('not_kept') ? `${say.queuedKeeping}. ` : '';
  return { headline, sub: `${first}${reason} ${say.retrying}`, values: {} };
}
