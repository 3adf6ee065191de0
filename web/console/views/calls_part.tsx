import { Ltr } from '../../ui/ltr';
import { countdown, utcTime } from '../../ui/time';
import { calledOf, toneOf } from '../cases/called';
import { isClosed } from '../cases/order';
import { now } from '../clock';
import { words } from '../i18n';
import type { CaseSummary, TimelineEntry } from '../wire';

/** Whom the server called about the case, by what, with what result, and whom it calls next. */
export function CallsPart({ one, timeline }: { one: CaseSummary; timeline: readonly TimelineEntry[] }) {
  const { detail, terms } = words();
  const called = calledOf(timeline);
  const next = one.next_call;
  if (called.length === 0 && next == null) return null;
  const roles = terms.calledRole as Partial<Record<string, string>>;
  return (
    <section class="part calls" aria-labelledby="part-calls">
      <h3 id="part-calls">{detail.calls}</h3>
      {next != null && (
        <p class="num next-call" data-next-call={next.step}>
          {detail.nextCall(terms.ladderStep[next.step], countdown(Math.max(0, Date.parse(next.at) - now.value)))}
        </p>
      )}
      {next == null && !isClosed(one) && <p class="muted">{detail.callsEnded}</p>}
      {called.length === 0 && <p class="muted">{detail.callsNone}</p>}
      <ul class="called-people">
        {called.map(({ person, name, role, since, ways }) => (
          <li key={person}>
            <p>
              <strong>
                <bdi>{name}</bdi>
              </strong>{' '}
              <span class="muted">{roles[role] ?? role}</span>{' '}
              <span class="num muted">
                <Ltr>{utcTime(since)}</Ltr>
              </span>
            </p>
            {ways.map(({ channel, state, trouble, at }) => (
              <p key={channel} class={`way ${toneOf(state)}`} data-way={channel} data-state={state}>
                {terms.deliveryChannel[channel]}: {terms.deliveryState[state]}
                {trouble != null && `. ${terms.callTrouble[trouble]}`}{' '}
                <span class="num muted">
                  <Ltr>{utcTime(at)}</Ltr>
                </span>
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
