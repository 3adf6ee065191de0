import { ageWords } from '../../ui/time';
import { SeverityBadge } from '../../ui/severity';
import { isClosed, isUntaken } from '../cases/order';
import { labelWords } from '../cases/labels';
import { placeWords } from '../cases/place';
import { now } from '../clock';
import { i18n, words } from '../i18n';
import { session } from '../session';
import type { CaseSummary } from '../wire';
import { ROW_HEIGHT } from './window';

/** One case in the queue. */
export function QueueRow({
  one,
  index,
  count,
  active,
  onOpen,
}: {
  one: CaseSummary;
  index: number;
  count: number;
  active: boolean;
  onOpen: () => void;
}) {
  const text = words();
  const untaken = isUntaken(one);
  const classes = ['row', active && 'active', untaken && 'untaken', one.ringing && 'ringing', isClosed(one) && 'done'];
  return (
    <div
      id={`row-${one.id}`}
      role="option"
      aria-selected={active}
      aria-posinset={index + 1}
      aria-setsize={count}
      class={classes.filter(Boolean).join(' ')}
      data-case={one.id}
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
      onClick={onOpen}
    >
      <div class="row-line">
        <SeverityBadge severity={one.severity} word={text.shared.severity[one.severity]} />
        <span class="row-reference">{one.reference}</span>
        {one.taps > 1 && <span class="taps num">{text.queue.taps(one.taps)}</span>}
        <span class="spring" />
        <span class="age num">{ageWords(now.value - Date.parse(one.occurred_at), i18n.language.value)}</span>
      </div>
      <div class="row-line">
        <strong class="row-name">
          <bdi>{one.subject.name}</bdi>
        </strong>
        <span class="spring" />
        <RowOwner one={one} />
      </div>
      <div class="row-line row-place">
        <span class="cut">
          <bdi>{placeWords(one, text)}</bdi>
        </span>
      </div>
      <div class="row-line row-labels">
        <RowLabels one={one} />
      </div>
    </div>
  );
}

function RowOwner({ one }: { one: CaseSummary }) {
  const text = words();
  if (isClosed(one)) return <span class="owner">{text.terms.state[one.state]}</span>;
  if (one.owner == null) return <span class="owner none">{text.queue.UNTAKEN}</span>;
  const mine = one.owner.id === session.value?.person;
  return (
    <span class={`owner cut ${mine ? 'mine' : ''}`}>
      <bdi>{mine ? text.queue.you : one.owner.name}</bdi>
    </span>
  );
}

function RowLabels({ one }: { one: CaseSummary }) {
  const text = words();
  return (
    <span class="cut">
      {one.facts.can_talk === 'no' && !isClosed(one) && <b class="do-not-call">{text.detail.doNotCall}</b>}
      {labelWords(one, text, i18n.language.value).map((word) => (
        <span key={word} class="label">
          {word}
        </span>
      ))}
    </span>
  );
}
