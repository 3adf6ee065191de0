import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { imports as requests } from '../../api/imports';
import { words } from '../../i18n';
import type { DateOrder, Import, ImportColumn, ImportField, ImportMapping, OwnWord, Person, Places } from '../../wire';
import { Ltr } from '../../../ui/ltr';
import { described, FieldNotes, FormError, SelectField, TextField } from '../field';
import { isBlamed, useSubmission } from '../submit';
import { blamedColumn, chosen, faultsOf, IMPORT_FIELDS, mappedColumns, proposed, wholeWords, type Choices, type MappingFault } from './mapping';
import { OwnWords } from './own_words';
import { importsWords } from './words';

/** What the columns hold, with their first cells beside; sending it starts the dry run. */
export function MappingForm({ one, places, take }: { one: Import; places: Places; take: (next: Import) => void }) {
  const { mapping: text } = importsWords();
  const id = useId();
  const columns = one.columns ?? [];
  const kept = one.mapping;
  const choices = useSignal<Choices>(proposed(columns, kept));
  const kind = useSignal<string>(kept?.kind ?? '');
  const office = useSignal(kept?.office ?? one.office ?? '');
  const dates = useSignal<string>(kept?.dates ?? '');
  const encoding = useSignal(kept?.encoding ?? '');
  const own = useSignal<readonly OwnWord[]>(kept?.words ?? []);
  const whole = useSignal(kept?.whole_list ?? true);
  const remember = useSignal('');
  const tried = useSignal(false);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const faults = faultsOf(choices.value);
  const submit = (event: Event): void => {
    event.preventDefault();
    tried.value = true;
    if (faultsOf(choices.peek()).length > 0) return;
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
      take(next);
    });
  };
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const wrong = blamedColumn(blamed.value, mappedColumns(choices.value));
  const placed = wrong !== undefined || ['kind', 'office', 'dates', 'encoding', 'remember_as'].some((name) => isBlamed(blamed.value, name));
  const offices = places.offices.filter((of) => of.organisation === one.organisation);
  return (
    <form class="panel" aria-labelledby={`${id}-title`} onSubmit={submit}>
      <h3 id={`${id}-title`}>{text.title}</h3>
      <p>{text.lead}</p>
      {one.profile != null && <p role="status">{text.remembered(one.profile)}</p>}
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
                choose={(field) => (choices.value = chosen(choices.peek(), column.column, field))}
                error={column.column === wrong ? error.value : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      {tried.value && faults.length > 0 && (
        <ul class="form-error" role="alert">
          {faults.map((fault) => (
            <li key={JSON.stringify(fault)}>{said(fault, columns)}</li>
          ))}
        </ul>
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
      <OwnWords value={own} offered={[...new Set(mappedColumns(choices.value).map(({ field }) => field))]} />
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.submit}
        </button>
      </div>
    </form>
  );
}

function said(fault: MappingFault, columns: readonly ImportColumn[]): string {
  const { mapping: text, field } = importsWords();
  if (fault.kind === 'nobody') return text.nobody;
  if (fault.kind === 'unknown_again') return text.unknownAgain;
  const letters = fault.columns.map((at) => columns.find(({ column }) => column === at)?.letter ?? '');
  return text.twice(field[fault.field], letters.join(', '));
}

function ColumnRow({
  column: { letter, heading, sample = [] },
  field,
  choose,
  error,
}: {
  column: ImportColumn;
  field: ImportField | undefined;
  choose: (field: ImportField | undefined) => void;
  error: string | undefined;
}) {
  const { mapping: text, field: names } = importsWords();
  const id = useId();
  return (
    <tr class={field === undefined ? 'past' : undefined}>
      <td>
        <Ltr>{letter}</Ltr>
      </td>
      <th scope="row">
        <bdi>{heading}</bdi>
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
          value={field ?? ''}
          {...described(id, undefined, error)}
          onChange={(event) => choose((event.currentTarget.value || undefined) as ImportField | undefined)}
        >
          <option value="">{text.leaveOut}</option>
          {IMPORT_FIELDS.map((one) => (
            <option key={one} value={one}>
              {names[one]}
            </option>
          ))}
        </select>
        <FieldNotes id={id} error={error} />
      </td>
    </tr>
  );
}
