import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { imports as requests } from '../../api/imports';
import type { Import } from '../../wire';
import { areaHref } from '../../fragment';
import { num, words } from '../../i18n';
import { FormError } from '../field';
import { When } from '../reach/when';
import { useSubmission } from '../submit';
import { importsWords } from './words';

/** The imports of an organisation, the newest first. */
export function History({ organisation }: { organisation: string }) {
  const { history: text, state } = importsWords();
  const list = useSignal<readonly Import[] | undefined>(undefined);
  const { error, run } = useSubmission();
  useEffect(() => void run(async () => void (list.value = (await requests.list(organisation)).imports)), [organisation]);
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <FormError text={error.value} />
      {list.value === undefined && error.value === undefined && <p role="status">{words().loading}</p>}
      {list.value?.length === 0 && <p>{text.none}</p>}
      {list.value !== undefined && list.value.length > 0 && (
        <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text.file}</th>
                <th scope="col">{text.sent}</th>
                <th scope="col">{text.state}</th>
                <th scope="col">{text.figures}</th>
              </tr>
            </thead>
            <tbody>
              {list.value.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    <a href={areaHref('imports', [one.id])} dir="auto">
                      {one.file_name}
                    </a>
                  </th>
                  <td>
                    <When at={one.created_at} />
                  </td>
                  <td>{state[one.state]}</td>
                  <td class="num">
                    {num(one.figures.new)} · {num(one.figures.changed + one.figures.returning)} · {num(one.figures.leaving)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
