import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { imports as requests } from '../../api/imports';
import type { ImportAction, ImportField, ImportFigures, ImportRow, ValueChange } from '../../wire';
import { num, words } from '../../i18n';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { importsWords } from './words';

const ACTIONS: readonly ImportAction[] = ['leaving', 'changed', 'new', 'returning'];

/** Who changes and how: those who leave first, because that is what must be right. */
export function Diff({ id, figures }: { id: string; figures: ImportFigures }) {
  const { diff: text } = importsWords();
  const first = ACTIONS.find((action) => figures[action] > 0) ?? 'new';
  const action = useSignal<ImportAction>(first);
  return (
    <section class="stack" aria-labelledby="import-diff">
      <h3 id="import-diff">{text.title}</h3>
      <div class="row-acts" role="group" aria-label={text.tabs}>
        {ACTIONS.map((one) => (
          <button key={one} type="button" aria-pressed={one === action.value} onClick={() => (action.value = one)}>
            {text.action[one]} <span class="num">{num(figures[one])}</span>
          </button>
        ))}
      </div>
      <Rows key={action.value} id={id} action={action.value} rows={figures.rows} />
    </section>
  );
}

function Rows({ id, action, rows: inFile }: { id: string; action: ImportAction; rows: number }) {
  const { diff: text } = importsWords();
  const rows = useSignal<readonly ImportRow[] | undefined>(undefined);
  const next = useSignal<number | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (after?: number): void =>
    void run(async () => {
      const page = await requests.rows(id, action, after);
      rows.value = [...(after === undefined ? [] : (rows.peek() ?? [])), ...page.rows];
      next.value = page.next ?? undefined;
    });
  useEffect(() => load(), [id, action]);
  if (rows.value === undefined) return error.value === undefined ? <p role="status">{words().loading}</p> : <FormError text={error.value} />;
  if (rows.value.length === 0) return <p role="status">{text.none}</p>;
  return (
    <>
      <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.action[action]}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.row}</th>
              <th scope="col">{text.name}</th>
              <th scope="col">{text.changes}</th>
              <th scope="col">{text.state}</th>
            </tr>
          </thead>
          <tbody>
            {rows.value.map((row) => (
              <tr key={row.row}>
                <td class="num">{action === 'leaving' && row.row > inFile ? text.notInFile : num(row.row)}</td>
                <th scope="row">{row.name == null ? <span class="muted">{text.hidden}</span> : <bdi>{row.name}</bdi>}</th>
                <td>
                  <Changes row={row} />
                </td>
                <td>{text.outcome[row.outcome]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <FormError text={error.value} />
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={() => load(next.peek())}>
            {text.more}
          </button>
        </div>
      )}
    </>
  );
}

/** A value as a person reads it: the kinds of people have words, everything else is as the list says it. */
function said(field: ImportField, value: string): string {
  const kinds: Partial<Record<string, string>> = words().terms.personKind;
  return field === 'kind' ? (kinds[value] ?? value) : value;
}

function Changes({ row }: { row: ImportRow }) {
  const { diff: text, field } = importsWords();
  const changes = Object.entries(row.changes) as [ImportField, ValueChange][];
  const masked = row.masked ?? [];
  return (
    <>
      <dl class="changes">
        {changes.map(([name, { before, after }]) => (
          <div key={name}>
            <dt class="muted">{field[name]}</dt>
            <dd>
              {row.action !== 'new' && (
                <>
                  <span class="muted">{text.before}</span> {before == null ? <em>{text.nothing}</em> : <bdi>{said(name, before)}</bdi>}{' '}
                  <span class="muted">{text.after}</span>{' '}
                </>
              )}
              {after == null ? <em>{text.taken}</em> : <bdi>{said(name, after)}</bdi>}
            </dd>
          </div>
        ))}
      </dl>
      {row.roles != null && <p>{text.roles(row.roles)}</p>}
      {masked.length > 0 && <p class="muted">{text.masked(masked.map((name) => field[name]).join(', '))}</p>}
    </>
  );
}
