import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { imports as requests } from '../../api/imports';
import type { ImportProblem } from '../../wire';
import { Ltr } from '../../../ui/ltr';
import { num, words } from '../../i18n';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { importsWords } from './words';

/** What is wrong with a file, by row and column. */
export function Problems({ id }: { id: string }) {
  const { problems: text } = importsWords();
  const found = useSignal<readonly ImportProblem[] | undefined>(undefined);
  const next = useSignal<number | undefined>(undefined);
  const notKept = useSignal(0);
  const { busy, error, run } = useSubmission();
  const load = (after?: number): void =>
    void run(async () => {
      const page = await requests.problems(id, after);
      found.value = [...(after === undefined ? [] : (found.peek() ?? [])), ...page.problems];
      next.value = page.next ?? undefined;
      notKept.value = page.not_kept;
    });
  useEffect(() => load(), [id]);
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <FormError text={error.value} />
      {found.value === undefined && error.value === undefined && <p role="status">{words().loading}</p>}
      {found.value?.length === 0 && <p role="status">{text.none}</p>}
      {found.value !== undefined && found.value.length > 0 && (
        <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text.row}</th>
                <th scope="col">{text.column}</th>
                <th scope="col">{text.count}</th>
                <th scope="col">{text.why}</th>
                <th scope="col">{text.cell}</th>
              </tr>
            </thead>
            <tbody>
              {found.value.map((problem, index) => (
                <ProblemRow key={index} problem={problem} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {notKept.value > 0 && <p>{text.notKept(notKept.value)}</p>}
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={() => load(next.peek())}>
            {text.more}
          </button>
        </div>
      )}
    </div>
  );
}

function ProblemRow({ problem: { row, letter, heading, field, level, why, cell } }: { problem: ImportProblem }) {
  const { problems: text, field: fields } = importsWords();
  return (
    <tr>
      <td class="num">{row == null ? text.wholeFile : num(row)}</td>
      <td>
        {letter != null && (
          <strong>
            <Ltr>{letter}</Ltr>
          </strong>
        )}{' '}
        <bdi>{heading ?? (field == null ? '' : fields[field])}</bdi>
      </td>
      <td class={level === 'error' ? 'bad' : undefined}>{text.level[level]}</td>
      <td dir="auto">{why}</td>
      <td>{cell == null ? letter != null && <span class="muted">{text.cellHidden}</span> : <bdi>{cell}</bdi>}</td>
    </tr>
  );
}
