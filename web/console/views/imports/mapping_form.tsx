import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { imports as requests } from '../../api/imports';
import { words } from '../../i18n';
import type { DateOrder, Import, ImportColumn, ImportField, ImportMapping, Person, Places } from '../../wire';
import { Ltr } from '../../../ui/ltr';
import { described, FieldNotes, FormError, SelectField, TextField } from '../field';
import { isBlamed, useSubmission } from '../submit';
import type { Unexplained } from './causes';
import { blamedColumn, chosen, faultsOf, IMPORT_FIELDS, mappedColumns, wholeWords, type MappingFault } from './mapping';
import { draftOf, dropDraft } from './mapping_draft';
import { OwnWords } from './own_words';
import { importsWords } from './words';

/** What the columns hold, with their first cells beside; sending it starts the dry run. What was named stays until then. */
export function MappingForm({
  one,
  places,
  take,
  explained,
  close,
}: {
  one: Import;
  places: Places;
  take: (next: Import) => void;
  /** The word that was opened to be explained. */
  explained: Unexplained | undefined;
  /** Back to the dry run as it is; absent where there was none yet. */
  close: (() => void) | undefined;
}) {
  const { mapping: text } = importsWords();
  const id = useId();
  const columns = one.columns ?? [];
  const draft = draftOf(one);
  const { choices, undecided, kind, office, dates, encoding, own, whole, remember } = draft;
  const tried = useSignal(false);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const faults = faultsOf(choices.value, undecided.value);
  const submit = (event: Event): void => {
    event.preventDefault();
    tried.value = true;
    if (faultsOf(choices.peek(), undecided.peek()).length > 0) return;
    const body: ImportMapping = {
      columns: mappedColumns(choices.peek()),
      words: wholeWords(own.peek()),
      kind: (kind.peek() || undefined) as Person['kind'] | undefined,
      office: office.peek() || undefined,
      dates: (dates.peek() || undefined) as DateOrder | undefined,
      encoding: encoding.peek().trim() || undefined,
      whole_list: whole.peek(),
      remember_as: remember.peek().trim() || undefined,
    };
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.mapping(one.id, body);
    const wanted = made.current;
    if (!wanted) return;
    void run(async () => {
      const next = await perform<Import>(wanted);
      made.current = undefined;
      dropDraft(one.id);
      take(next);
    });
  };
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const wrong = blamedColumn(blamed.value, mappedColumns(choices.value));
  const placed = wrong !== undefined || ['kind', 'office', 'dates', 'encoding', 'remember_as'].some((name) => isBlamed(blamed.value, name));
  const offices = places.offices.filter((of) => of.organisation === one.organisation);
  const choose = (column: number, field: ImportField | undefined): void => {
    choices.value = chosen(choices.peek(), column, field);
    undecided.value = new Set([...undecided.peek()].filter((at) => at !== column));
  };
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (explained) form.current?.querySelector<HTMLElement>(`[data-means="${own.peek().findIndex((word) => word.cell === explained.cell && word.field === explained.field)}"]`)?.focus();
  }, [explained]);
  return (
    <form ref={form} class="panel" aria-labelledby={`${id}-title`} onSubmit={submit}>
      <h3 id={`${id}-title`}>{text.title}</h3>
      <p>{text.lead}</p>
      {one.profile != null && <p role="status">{text.remembered(one.profile)}</p>}
      {undecided.value.size > 0 && (
        <p class="warning" role="status" data-new-columns>
          {text.newColumns(undecided.value.size)}
        </p>
      )}
      <div class="table-scroll" tabIndex={0} role="region" aria-label={text.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.letter}</th>
              <th scope="col">{text.heading}</th>
              <th scope="col">{text.sample}</th>
              <th scope="col">{text.holds}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <ColumnRow
                key={column.column}
                column={column}
                field={choices.value[column.column]}
                undecided={undecided.value.has(column.column)}
                choose={(field) => choose(column.column, field)}
                error={column.column === wrong ? error.value : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      {tried.value && faults.length > 0 && (
        <div class="form-error" role="alert">
          <ul>
            {faults.map((fault) => (
              <li key={JSON.stringify(fault)}>{said(fault, columns)}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="entry-fields">
        <SelectField label={text.kind} value={kind} none={words().areas.none} options={Object.entries(words().terms.personKind)} error={at('kind')} />
        <SelectField label={text.office} value={office} none={words().areas.none} options={offices.map((of) => [of.id, of.name])} error={at('office')} />
        <SelectField
          label={text.dates}
          value={dates}
          none={text.datesFound}
          options={[
            ['day_first', text.dayFirst],
            ['month_first', text.monthFirst],
          ]}
          error={at('dates')}
        />
        <TextField label={text.encoding} hint={text.encodingHint} value={encoding} dir="ltr" maxLength={40} error={at('encoding')} />
        <TextField label={text.remember} hint={text.rememberHint} value={remember} dir="auto" maxLength={60} error={at('remember_as')} />
      </div>
      <label class="option">
        <input type="checkbox" checked={whole.value} onChange={(event) => (whole.value = event.currentTarget.checked)} />
        <span>{text.whole}</span>
      </label>
      <OwnWords value={own} offered={[...new Set(mappedColumns(choices.value).map(({ field }) => field))]} offices={offices.map(({ name }) => name)} />
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.submit}
        </button>
        {close && (
          <button type="button" onClick={close}>
            {text.close}
          </button>
        )}
      </div>
    </form>
  );
}

/** What a choice says that nobody has made. */
const UNDECIDED = '?';

function said(fault: MappingFault, columns: readonly ImportColumn[]): string {
  const { mapping: text, field } = importsWords();
  if (fault.kind === 'nobody') return text.nobody;
  if (fault.kind === 'unknown_again') return text.unknownAgain;
  const letters = fault.columns.map((at) => columns.find(({ column }) => column === at)?.letter ?? '');
  if (fault.kind === 'undecided') return text.undecided(letters.join(', '));
  return text.twice(field[fault.field], letters.join(', '));
}

function ColumnRow({
  column: { letter, heading, sample = [], suggested, new: isNew },
  field,
  undecided,
  choose,
  error,
}: {
  column: ImportColumn;
  field: ImportField | undefined;
  /** It is new, and nobody has said yet what becomes of it. */
  undecided: boolean;
  choose: (field: ImportField | undefined) => void;
  error: string | undefined;
}) {
  const { mapping: text, field: names } = importsWords();
  const id = useId();
  const hint = undecided && suggested != null ? text.looksLike(names[suggested]) : undefined;
  return (
    <tr class={field === undefined && !undecided ? 'past' : undefined} data-new={isNew === true ? '' : undefined}>
      <td>
        <Ltr>{letter}</Ltr>
      </td>
      <th scope="row">
        <bdi>{heading}</bdi>
        {isNew && <strong class="new-mark"> {text.isNew}</strong>}
      </th>
      <td>
        {sample.length === 0 ? (
          <span class="muted">{text.noSample}</span>
        ) : (
          <ul>
            {sample.map((cell, index) => (
              <li key={index}>
                <bdi>{cell}</bdi>
              </li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <select
          id={id}
          aria-label={text.holdsOf(letter, heading)}
          value={undecided ? UNDECIDED : (field ?? '')}
          {...described(id, hint, error)}
          onChange={({ currentTarget: { value } }) => {
            if (value !== UNDECIDED) choose((value || undefined) as ImportField | undefined);
          }}
        >
          {undecided && <option value={UNDECIDED}>{text.decide}</option>}
          <option value="">{text.leaveOut}</option>
          {IMPORT_FIELDS.map((one) => (
            <option key={one} value={one}>
              {names[one]}
            </option>
          ))}
        </select>
        <FieldNotes id={id} hint={hint} error={error} />
      </td>
    </tr>
  );
}
