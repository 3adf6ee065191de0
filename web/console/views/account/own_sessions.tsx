import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Ltr } from '../../../ui/ltr';
import { ageWords } from '../../../ui/time';
import type { Wire } from '../../../api/types';
import { explain } from '../../actions';
import { sessions as requests } from '../../api/sessions';
import { now } from '../../clock';
import { utcDate } from '../../dates';
import { i18n, words } from '../../i18n';
import { tell } from '../../notice';
import { accountWords } from './words';

/** The open sessions of whoever is signed in; each but the one that asks can be ended. */
export function OwnSessions() {
  const { sessions: text } = accountWords();
  const open = useSignal<readonly Wire['OpenSession'][] | undefined>(undefined);
  const load = async (): Promise<void> => {
    try {
      open.value = await requests.own();
    } catch (error) {
      tell('bad', () => explain(error));
    }
  };
  useEffect(() => void load(), []);
  const end = async (id: string): Promise<void> => {
    try {
      await requests.end(id);
      tell('good', () => accountWords().sessions.ended);
    } catch (error) {
      tell('bad', () => explain(error));
    }
    await load();
  };
  return (
    <section class="panel" aria-labelledby="sessions-title">
      <h3 id="sessions-title">{text.title}</h3>
      <p>{text.lead}</p>
      {open.value === undefined ? (
        <p role="status">{words().loading}</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="sessions-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{text.device}</th>
                <th scope="col">{text.started}</th>
                <th scope="col">{text.seen}</th>
                <th scope="col">{text.ends}</th>
                <th scope="col">{text.factor}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {open.value.map((one) => (
                <SessionRow key={one.id} one={one} onEnd={() => void end(one.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function SessionRow({ one, onEnd }: { one: Wire['OpenSession']; onEnd: () => void }) {
  const { sessions: text } = accountWords();
  const { ago } = words().detail;
  return (
    <tr>
      <th scope="row">
        <bdi>{one.device}</bdi>
      </th>
      <td class="num">
        <Ltr>{utcDate(one.started)}</Ltr>
      </td>
      <td class="num">{one.current ? text.now : ago(ageWords(now.value - Date.parse(one.last_seen), i18n.language.value))}</td>
      <td class="num">
        <Ltr>{utcDate(one.expires)}</Ltr>
      </td>
      <td>{one.second_factor ? text.yes : text.no}</td>
      <td>
        {one.current ? (
          <strong>{text.current}</strong>
        ) : (
          <button type="button" aria-label={text.endOf(one.device)} onClick={onEnd}>
            {text.end}
          </button>
        )}
      </td>
    </tr>
  );
}
