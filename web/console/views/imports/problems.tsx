import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { imports as requests } from '../../api/imports';
import type { ImportCause, ImportProblem } from '../../wire';
import { Ltr } from '../../../ui/ltr';
import { num, words } from '../../i18n';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { Causes, type Unexplained } from './causes';
import { areRowsFolded, worthTelling } from './problem_causes';
import { importsWords } from './words';

/** What is wrong with a file: by cause, and by row and column. */
export function Problems({ id, explain }: { id: string; explain: ((word: Unexplained) => void) | undefined }) {
  const { problems: text, causes: causeText } = importsWords();
  const found = useSignal<readonly ImportProblem[] | undefined>(undefined);
  const causes = useSignal<readonly ImportCause[]>([]);
  const causesNotKept = useSignal(0);
  const next = useSignal<number | undefined>(undefined);
  const notKept = useSignal(0);
  const { busy, error, run } = useSubmission();
  const load = (after?: number): void =>
    void run(async () => {
      const page = await requests.problems(id, after);
      found.value = [...(after === undefined ? [] : (found.peek() ?? [])), ...page.problems];
      if (after === undefined) {
        causes.value = page.causes;
        causesNotKept.value = page.causes_not_kept;
      }
      next.value = page.next ?? undefined;
      notKept.value = page.not_kept;
    });
  useEffect(() => load(), [id]);
  const told = worthTelling(causes.value);
  const rows = (
    <>
      {found.value !== undefined && found.value.length > 0 && <Rows problems={found.value} />}
      {notKept.value > 0 && <p>{text.notKept(notKept.value)}</p>}
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={() => load(next.peek())}>
            {text.more}
          </button>
        </div>
      )}
    </>
  );
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <FormError text={error.value} />
      {found.value === undefined && error.value === undefined && <p role="status">{words().loading}</p>}
      {found.value?.length === 0 && <p role="status">{text.none}</p>}
      {told.length > 0 && <Causes causes={told} notKept={causesNotKept.value} explain={explain} />}
      {areRowsFolded(causes.value) ? (
        <details data-row-by-row>
          <summary>{causeText.rowByRow}</summary>
          {rows}
        </details>
      ) : (
        rows
      )}
    </div>
  );
}

function Rows({ problems }: { problems: readonly ImportProblem[] }) {
  const { problems: text } = importsWords();
  return (
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
          {problems.map((problem, index) => (
            <ProblemRow key={index} problem={problem} />
          ))}
        </tbody>
      </table>
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
