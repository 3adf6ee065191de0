import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { ageWords, utcTime } from '../../../ui/time';
import { explain } from '../../actions';
import { now } from '../../clock';
import { utcDate } from '../../dates';
import { mayOpen } from '../../area_names';
import { areaHref } from '../../fragment';
import { i18n, num, words } from '../../i18n';
import { askBoard, boardFailed, lastBoard, waiting } from '../../overdue';
import { session } from '../../session';
import { FormError } from '../field';
import { OnlyHere } from '../only_here';
import { countryName, loadCountries } from '../places/countries';
import { boardWords } from './words';

/** What waits for somebody, within the caller's reach. */
export function BoardPage() {
  const text = boardWords();
  const board = lastBoard.value;
  useEffect(() => {
    void askBoard();
    void loadCountries();
  }, []);
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
          {session.value && mayOpen('devices', session.value) && <OnlyHere />}
          {board.unwatched_zones.length > 0 && <UnwatchedZones zones={board.unwatched_zones} />}
          {board.unheld_tokens.length > 0 && <UnheldTokens tokens={board.unheld_tokens} />}
          {board.imports_waiting > 0 && (
            <p class="panel num">
              <a href={areaHref('imports')}>{text.imports(board.imports_waiting)}</a>
            </p>
          )}
          {board.numbers_waiting > 0 && (
            <p class="panel num">
              <a href={areaHref('people', ['waiting'])}>{text.numbers(board.numbers_waiting)}</a>
            </p>
          )}
          {board.lists.length > 0 && <WaitingLists lists={board.lists} />}
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

/** Lists of offices that are overdue or changed since they were signed. */
function WaitingLists({ lists }: { lists: readonly Wire['WaitingList'][] }) {
  const text = boardWords();
  return (
    <section class="panel" aria-labelledby="lists-title">
      <h3 id="lists-title">{text.lists}</h3>
      <p>{text.listsLead}</p>
      <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="lists-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.office}</th>
              <th scope="col">{text.people}</th>
              <th scope="col">{text.signed}</th>
              <th scope="col">{text.due}</th>
            </tr>
          </thead>
          <tbody>
            {lists.map(({ office, name, people, signed_at, due_at, overdue, stale }) => (
              <tr key={office}>
                <th scope="row">
                  <a href={areaHref('people', ['signed'], { office })}>
                    <bdi>{name}</bdi>
                  </a>
                </th>
                <td class="num">{num(people)}</td>
                <td class="num">
                  {signed_at == null ? text.never : <Ltr>{utcDate(signed_at)}</Ltr>}
                  {stale && <span> · {text.stale}</span>}
                </td>
                <td class="num">
                  <Ltr>{utcDate(due_at)}</Ltr>
                  {overdue && <strong class="alarm-mark"> {text.overdue}</strong>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Tokens of other systems that nobody answers for. */
function UnheldTokens({ tokens }: { tokens: readonly Wire['UnheldToken'][] }) {
  const text = boardWords();
  return (
    <section class="panel" aria-labelledby="unheld-title">
      <h3 id="unheld-title">{text.tokens}</h3>
      <p>{text.tokensLead}</p>
      <ul>
        {tokens.map(({ token, name, ends_at }) => (
          <li key={token}>
            <bdi>{name}</bdi>: <strong class="alarm-mark num">{text.tokenEnds(ltr(utcDate(ends_at)))}</strong>
          </li>
        ))}
      </ul>
      <p>
        <a href={areaHref('tokens')}>{text.toTokens}</a>
      </p>
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
                <td>{countryName(country)}</td>
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
