import { ageWords, countdown, localStamp, utcStamp, utcTime } from '../../ui/time';
import { Ltr } from '../../ui/ltr';
import { SeverityBadge } from '../../ui/severity';
import { stillOnIt, take } from '../actions';
import { labelWords } from '../cases/labels';
import { isClosed, isUntaken } from '../cases/order';
import { idleLeft } from '../cases/idle';
import { belongs } from '../cases/place';
import { now } from '../clock';
import { feed } from '../feed';
import { i18n, words } from '../i18n';
import { openCase, reload, type OpenCaseState } from '../open_case';
import { goToQueue } from '../router';
import { session } from '../session';
import type { CaseSummary } from '../wire';
import { CallsPart } from './calls_part';
import { CaseActs, CaseForms } from './case_acts';
import { KnownFacts } from './known';
import { PersonPart } from './person_part';
import { PositionPart } from './position_part';
import { Timeline } from './timeline';

/** The right pane: the open case, or how to open one. */
export function DetailPane() {
  const { detail } = words();
  const open = openCase.value;
  if (!open) {
    return (
      <section class="detail none" aria-label={detail.label}>
        <p>{detail.none}</p>
        <p class="muted">{detail.noneHint}</p>
      </section>
    );
  }
  if (open.summary) return <Detail key={open.detail.id} one={open.summary} more={open.detail} />;
  return (
    <section class="detail none" aria-label={detail.label}>
      <p role="status">{open.detail.status === 'failed' ? detail.gone : words().loading}</p>
      <button type="button" onClick={goToQueue}>
        {words().back}
      </button>
    </section>
  );
}

function Detail({ one, more }: { one: CaseSummary; more: OpenCaseState }) {
  const text = words();
  return (
    <article class={`detail ${feed.value.freshness === 'lost' ? 'out-of-date' : ''} ${isClosed(one) ? 'done' : ''}`} aria-label={text.detail.label} data-detail>
      <header class="detail-head">
        <button type="button" class="quiet back" onClick={goToQueue}>
          {text.back}
        </button>
        <p class="detail-kind">
          <SeverityBadge severity={one.severity} word={text.shared.severity[one.severity]} />
          <span class={`state ${isClosed(one) ? 'done' : ''}`}>{text.terms.state[one.state]}</span>
          <span class="reference">
            <span class="unseen">{text.detail.reference} </span>
            <Ltr>{one.reference}</Ltr>
          </span>
        </p>
        <div class="detail-name">
          <h2 tabIndex={-1}>
            <bdi>{one.subject.name}</bdi>
          </h2>
          {isUntaken(one) && (
            <button type="button" class="primary take" data-act="take" onClick={() => void take(one)}>
              {text.act.take} <kbd>c</kbd>
            </button>
          )}
        </div>
        <p class="muted">
          <bdi>{belongs(one)}</bdi>
        </p>
        <CaseLabels one={one} />
        <OwnerLine one={one} />
        <CaseActs one={one} />
      </header>
      <CaseForms one={one} phones={more.phones} />
      {more.status === 'failed' && (
        <p class="warning" role="alert">
          {text.detail.stale}{' '}
          <button type="button" onClick={reload}>
            {text.tryAgain}
          </button>
        </p>
      )}
      <div class="detail-columns">
        <div class="detail-facts">
          <KnownFacts one={one} />
          <CallsPart one={one} timeline={more.timeline} />
          <PositionPart one={one} />
          <WhenPart one={one} />
          <PersonPart one={one} phones={more.phones} />
        </div>
        <Timeline entries={more.timeline} loading={more.status === 'loading'} />
      </div>
    </article>
  );
}

function CaseLabels({ one }: { one: CaseSummary }) {
  const text = words();
  const hiding = one.facts.can_talk === 'no';
  const labels = labelWords(one, text, i18n.language.value);
  if (!hiding && labels.length === 0) return null;
  return (
    <p class="labels">
      {hiding && <b class="do-not-call">{text.detail.doNotCall}</b>}
      {labels.map((word) => (
        <span key={word} class="label">
          {word}
        </span>
      ))}
    </p>
  );
}

/** Who has it, since when, and how long until it opens again without an action of theirs. */
function OwnerLine({ one }: { one: CaseSummary }) {
  const text = words();
  if (isClosed(one)) {
    return (
      <p class="owner-line">
        {one.outcome != null && text.terms.outcome[one.outcome]}{' '}
        {one.closed_at != null && <Ltr>{utcStamp(one.closed_at)}</Ltr>}
      </p>
    );
  }
  if (one.owner == null) {
    return (
      <p class="owner-line none">
        <strong>{text.detail.nobody}</strong>{' '}
        {one.next_call != null && (
          <span class="num">
            {text.detail.nextCall(text.terms.ladderStep[one.next_call.step], countdown(Math.max(0, Date.parse(one.next_call.at) - now.value)))}
          </span>
        )}
      </p>
    );
  }
  const mine = one.owner.id === session.value?.person;
  const left = countdown(idleLeft(one.owner, now.value));
  const urgent = mine && idleLeft(one.owner, now.value) < 60_000;
  return (
    <p class={`owner-line ${urgent ? 'urgent' : ''}`}>
      <span>
        {text.detail.owner}{' '}
        <strong>
          <bdi>{mine ? text.detail.ownerYou(one.owner.name) : one.owner.name}</bdi>
        </strong>{' '}
        <Ltr>{utcTime(one.owner.since)}</Ltr>
      </span>
      <span class="num idle">{mine ? text.detail.idle(left) : text.detail.idleOther(left)}</span>
      {mine && (
        <button type="button" onClick={() => void stillOnIt(one)}>
          {text.act.stillOnIt} <kbd>s</kbd>
        </button>
      )}
    </p>
  );
}

/** A stamp in UTC, the local time of the person's place, and the age. */
export function Moment({ at, zone }: { at: string; zone: string | null | undefined }) {
  const text = words();
  const local = zone == null ? undefined : localStamp(at, zone);
  return (
    <span class="moment num">
      <Ltr>{utcStamp(at)}</Ltr>
      {local !== undefined && (
        <span>
          <Ltr>{local}</Ltr>
        </span>
      )}
      <span class="age">{text.detail.ago(ageWords(now.value - Date.parse(at), i18n.language.value))}</span>
    </span>
  );
}

function WhenPart({ one }: { one: CaseSummary }) {
  const { detail, terms, queue } = words();
  const zone = one.subject.time_zone;
  return (
    <section class="part" aria-labelledby="part-when">
      <h3 id="part-when">{detail.when}</h3>
      <dl>
        <dt>{detail.raised}</dt>
        <dd>
          <Moment at={one.occurred_at} zone={zone} />
        </dd>
        {one.taps > 1 && (
          <>
            <dt>{detail.lastTap}</dt>
            <dd>
              <Moment at={one.last_tap_at} zone={zone} /> <span class="taps num">{queue.taps(one.taps)}</span>
            </dd>
          </>
        )}
        <dt>{detail.how}</dt>
        <dd>
          {terms.raisedBy[one.raised_by]}
          {one.intake != null && ` · ${terms.contactChannel[one.intake]}`}
        </dd>
        <dt>{detail.shown}</dt>
        <dd>{one.shown_at == null ? detail.notShown : <Ltr>{utcTime(one.shown_at)}</Ltr>}</dd>
      </dl>
    </section>
  );
}
