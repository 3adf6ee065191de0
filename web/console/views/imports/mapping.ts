import type { ImportColumn, ImportField, ImportMapping, MappedColumn, OwnWord } from '../../wire';

/** What a column may hold, in the order in which a form offers it. */
export const IMPORT_FIELDS = [
  'external_id',
  'name',
  'given_name',
  'family_name',
  'kind',
  'email',
  'mobile',
  'home_number',
  'office_number',
  'satellite',
  'office',
  'country',
  'duty_station',
  'zone',
  'job_title',
  'languages',
  'time_zone',
  'call_sign',
  'sponsor',
  'supervisor',
  'present_from',
  'present_until',
  'residence',
  'hotel',
  'fallback_name',
  'fallback_number',
  'passport_number',
  'passport_country',
  'passport_expires',
  'blood_group',
  'allergies',
  'medical_notes',
  'current_country',
  'current_place',
  'current_until',
] as const satisfies readonly ImportField[];

/** What each column of a file holds, by its place in the file; a column without an entry is left out. */
export type Choices = Readonly<Record<number, ImportField>>;

/** Why columns cannot be read as they are named. */
export type MappingFault =
  | { kind: 'undecided'; columns: readonly number[] }
  | { kind: 'twice'; field: ImportField; columns: readonly number[] }
  | { kind: 'nobody' }
  | { kind: 'unknown_again' };

const NUMBERS: readonly ImportField[] = ['mobile', 'home_number', 'office_number', 'satellite'];
const NAMES: readonly ImportField[] = ['name', 'given_name', 'family_name'];
const KNOWN_AGAIN: readonly ImportField[] = ['external_id', 'email', 'mobile'];

/** What the server proposes for a file: the mapping it keeps, else what the headings suggest. */
export function proposed(columns: readonly ImportColumn[], mapping: ImportMapping | null | undefined): Choices {
  const known = columns.filter((one) => one.new !== true);
  const named: readonly MappedColumn[] =
    mapping?.columns ?? known.flatMap(({ column, suggested }) => (suggested == null ? [] : [{ column, field: suggested }]));
  return Object.fromEntries(named.map(({ column, field }) => [column, field]));
}

/** The columns that the remembered way of reading the file says nothing of. */
export function undecidedColumns(columns: readonly ImportColumn[]): ReadonlySet<number> {
  return new Set(columns.filter((one) => one.new === true).map(({ column }) => column));
}

/** Names a column, or leaves it out. */
export function chosen(choices: Choices, column: number, field: ImportField | undefined): Choices {
  const rest = Object.fromEntries(Object.entries(choices).filter(([at]) => Number(at) !== column));
  return field === undefined ? rest : { ...rest, [column]: field };
}

/** The columns that are read, in the file's order. */
export function mappedColumns(choices: Choices): MappedColumn[] {
  return Object.entries(choices)
    .map(([column, field]) => ({ column: Number(column), field }))
    .sort((one, other) => one.column - other.column);
}

/** The words that say something: both what the cell holds and what it means. */
export function wholeWords(words: readonly OwnWord[]): OwnWord[] {
  const trimmed = words.map(({ field, cell, means }) => ({ field, cell: cell.trim(), means: means.trim() }));
  return trimmed.filter(({ cell, means }) => cell !== '' && means !== '');
}

/** What stands against reading the file so, as far as can be said before the server is asked. */
export function faultsOf(choices: Choices, undecided: ReadonlySet<number> = new Set()): MappingFault[] {
  const columns = mappedColumns(choices);
  const has = (wanted: readonly ImportField[]): boolean => columns.some(({ field }) => wanted.includes(field));
  const fields = [...new Set(columns.map(({ field }) => field))];
  const faults: MappingFault[] = fields.flatMap((field) => {
    const where = columns.filter((one) => one.field === field).map(({ column }) => column);
    return where.length > 1 && !NUMBERS.includes(field) ? [{ kind: 'twice' as const, field, columns: where }] : [];
  });
  if (undecided.size > 0) faults.unshift({ kind: 'undecided', columns: [...undecided].sort((one, other) => one - other) });
  if (!has(NAMES)) faults.push({ kind: 'nobody' });
  if (!has(KNOWN_AGAIN)) faults.push({ kind: 'unknown_again' });
  return faults;
}

/** The column that an error of the server blames: it counts the columns that were sent. */
export function blamedColumn(pointer: string | undefined, sent: readonly MappedColumn[]): number | undefined {
  const [, at] = /^\/columns\/(\d+)\//.exec(pointer ?? '') ?? [];
  return at === undefined ? undefined : sent[Number(at)]?.column;
}
