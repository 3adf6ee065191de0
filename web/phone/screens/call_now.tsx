import { urgeOf } from '../calls';
import { language } from '../language';
import { alarmLetGoBy, isNotConfirmed, isUnanswered, type Alarm } from '../progress';
import { linkTo } from '../route';
import { app } from '../the_app';
import { CallList } from './call_list';
import { Icon } from './icons';
import { Say } from './say';

/** The way to the numbers; after 10 s without the server's answer, or 60 s without a person's, the numbers themselves. */
export function CallNow({ alarm }: { alarm: Alarm }) {
  const words = language.words.value;
  // The seconds go on without anything else changing.
  void app.tick.value;
  const unconfirmed = isNotConfirmed(alarm, app.device);
  const untakenMs = alarm.held ? app.untakenFor(alarm.held) : 0;
  if (!unconfirmed && !isUnanswered(alarm, untakenMs)) {
    return (
      <a class="row" href={linkTo('calls')}>
        <Icon glyph="calls" />
        <span>{words.nav.calls}</span>
      </a>
    );
  }
  const name = alarmLetGoBy(alarm);
  const say = unconfirmed ? words.notConfirmed : name === undefined ? words.unanswered : words.letGo;
  const urge = urgeOf(app.talk.value, app.near.value.contacts);
  return (
    <section class="card call-now" aria-labelledby="call-now">
      <h2 id="call-now">
        <Icon glyph="alert" /> {say.title}
      </h2>
      <p role="status">
        <Say text={say.text} values={{ name }} /> {urge && words.urge[urge]}
      </p>
      <CallList alarm={alarm} />
    </section>
  );
}
