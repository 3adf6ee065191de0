import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { people as requests } from '../../api/people';
import { areaHref } from '../../fragment';
import { words } from '../../i18n';
import { FormError } from '../field';
import { When } from '../reach/when';
import { useSubmission } from '../submit';
import { peopleWords } from './words';

/** How often the list is read anew, in milliseconds. */
const EVERY_MS = 15_000;

/** Numbers whose owners wait for a code: an operator rings the number and speaks it. */
export function Waiting() {
  const { waiting: text, name, languages } = peopleWords();
  const list = useSignal<readonly Wire['WaitingNumber'][] | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (): void => void run(async () => void (list.value = (await requests.waiting()).numbers));
  useEffect(() => {
    load();
    const timer = setInterval(load, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <p>{text.lead}</p>
      <p class="muted">{text.fresh}</p>
      <FormError text={error.value} />
      {list.value === undefined && error.value === undefined && <p role="status">{words().loading}</p>}
      {list.value?.length === 0 && <p role="status">{text.none}</p>}
      {list.value !== undefined && list.value.length > 0 && (
        <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{name}</th>
                <th scope="col">{text.number}</th>
                <th scope="col">{text.code}</th>
                <th scope="col">{languages}</th>
                <th scope="col">{text.asked}</th>
                <th scope="col">{text.runsOut}</th>
              </tr>
            </thead>
            <tbody>
              {list.value.map((one) => (
                <tr key={`${one.person} ${one.phone.number}`}>
                  <th scope="row">
                    <a href={areaHref('people', [one.person])} dir="auto">
                      {one.name}
                    </a>
                  </th>
                  <td>
                    <a href={`tel:${one.phone.number}`}>
                      <Ltr>{one.phone.number}</Ltr>
                    </a>
                  </td>
                  <td class="code">
                    <Ltr>{one.code}</Ltr>
                  </td>
                  <td>
                    <Ltr>{one.languages.join(' ')}</Ltr>
                  </td>
                  <td>
                    <When at={one.requested_at} />
                  </td>
                  <td>
                    <When at={one.expires} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="buttons">
        <button type="button" disabled={busy.value} onClick={load}>
          {text.reload}
        </button>
      </div>
    </div>
  );
}
