import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { ageWords, utcTime } from '../../../ui/time';
import { explain } from '../../actions';
import { now } from '../../clock';
import { areaHref } from '../../fragment';
import { i18n, words } from '../../i18n';
import { askBoard, boardFailed, lastBoard, waiting } from '../../overdue';
import { FormError } from '../field';
import { boardWords } from './words';

/** What waits for somebody, within the caller's reach. */
export function BoardPage() {
  const text = boardWords();
  const board = lastBoard.value;
  useEffect(() => void askBoard(), []);
  return (
    <section class="page broad" aria-labelledby="board-title">
      <h2 id="board-title">{text.title}</h2>
      <FormError text={boardFailed.value === undefined ? undefined : explain(boardFailed.value)} />
      {board === undefined ? (
        boardFailed.value === undefined && <p role="status">{words().loading}</p>
      ) : (
        <>
          <p role="status">{waiting(board) === 0 ? text.nothing : text.count(waiting(board))}</p>
          <p class="muted num">{text.asOf(ltr(utcTime(board.as_of)))}</p>
          {board.unwatched_zones.length > 0 && <UnwatchedZones zones={board.unwatched_zones} />}
        </>
      )}
      <div class="buttons">
        <button type="button" onClick={() => void askBoard()}>
          {text.again}
        </button>
      </div>
    </section>
  );
}

function UnwatchedZones({ zones }: { zones: readonly Wire['UnwatchedZone'][] }) {
  const text = boardWords();
  return (
    <section class="panel" aria-labelledby="unwatched-title">
      <h3 id="unwatched-title">{text.zones}</h3>
      <p>{text.zonesLead}</p>
      <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="unwatched-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.zone}</th>
              <th scope="col">{text.country}</th>
              <th scope="col">{text.since}</th>
            </tr>
          </thead>
          <tbody>
            {zones.map(({ zone, name, country, since, alert }) => (
              <tr key={zone}>
                <th scope="row">
                  <bdi>{name}</bdi>
                </th>
                <td>{country}</td>
                <td class="num">
                  {ageWords(now.value - Date.parse(since), i18n.language.value)}
                  {alert && <strong class="alarm-mark"> {text.alert}</strong>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <a href={areaHref('places', ['zones'])}>{text.toZones}</a>
      </p>
    </section>
  );
}
