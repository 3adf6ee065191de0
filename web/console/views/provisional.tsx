import { ageWords, coordinates } from '../../ui/time';
import { Ltr } from '../../ui/ltr';
import { factLines } from '../cases/describe';
import { now } from '../clock';
import { copyAndTell } from '../copy';
import { i18n, num, words } from '../i18n';
import { noted, noteOnPaper, provisional } from '../provisional';
import type { Provisional } from '../wire';

/** The alarms that no server could store yet. Nothing of them can be claimed, and each says whom to call. */
export function ProvisionalAlarms() {
  const { taps, more } = provisional.value;
  if (taps.length === 0 && more === 0) return null;
  const text = words().provisional;
  return (
    <section class="banner red provisional" data-banner="provisional" aria-label={text.title(taps.length + more)}>
      <strong role="alert">{text.title(taps.length + more)}</strong>
      <ul>
        {taps.map((tap) => (
          <Tap key={tap.id} tap={tap} />
        ))}
      </ul>
      {more > 0 && <p>{text.more(more)}</p>}
    </section>
  );
}

function Tap({ tap }: { tap: Provisional }) {
  const all = words();
  const { provisional: text, detail } = all;
  const { position, facts } = tap;
  const lines = factLines(facts, all, num);
  return (
    <li data-provisional={tap.id}>
      <p class="num">
        <b>{tap.name === undefined ? text.nameless : <bdi>{tap.name}</bdi>}</b>
        {tap.for_colleague && <> · {text.colleague(tap.colleague ?? text.unnamed)}</>}
        {tap.offices.length > 0 && <> · {tap.offices.join(', ')}</>} · {text.raised(ageWords(now.value - Date.parse(tap.occurred_at), i18n.language.value))}
      </p>
      {facts.can_talk === 'no' ? (
        <p>
          <b>{detail.doNotCall}</b>
        </p>
      ) : (
        <p>
          {tap.number === undefined ? text.numberless : <Ltr>{tap.number}</Ltr>} {tap.number !== undefined && facts.can_talk !== 'yes' && text.askFirst}
        </p>
      )}
      {position != null && (
        <p class="num">
          <Ltr>{coordinates(position.lat, position.lon)}</Ltr>{' '}
          <button type="button" onClick={() => void copyAndTell(coordinates(position.lat, position.lon))}>
            {detail.copy}
          </button>{' '}
          {position.of_reporter && detail.reporterPosition}
        </p>
      )}
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {!noted.value.has(tap.id) && (
        <button type="button" data-noted onClick={() => noteOnPaper(tap.id)}>
          {text.noted}
        </button>
      )}
    </li>
  );
}
