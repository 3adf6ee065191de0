import type { Wire } from '../../api/types';

/** What travels of imports, as `mobile-api-spec/src/imports.rs` says it. */
export type ImportState =
  | 'read'
  | 'mapped'
  | 'checking'
  | 'checked'
  | 'applying'
  | 'applied'
  | 'undoing'
  | 'undone'
  | 'failed'
  | 'cancelled';
export type ImportAction = 'new' | 'changed' | 'returning' | 'leaving';
export type ImportOutcome = 'waiting' | 'done' | 'overtaken' | 'undone' | 'kept';

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
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

export interface ImportColumn {
  column: number;
  letter: string;
  heading: string;
  suggested?: ImportField | null;
  sample?: string[];
}

export interface MappedColumn {
  column: number;
  field: ImportField;
}

export interface OwnWord {
  field: ImportField;
  cell: string;
  means: string;
}

export type DateOrder = 'day_first' | 'month_first';

export interface ImportMapping {
  columns: MappedColumn[];
  words?: OwnWord[];
  kind?: Wire['Person']['kind'] | null;
  office?: string | null;
  dates?: DateOrder | null;
  encoding?: string | null;
  whole_list: boolean;
  remember_as?: string | null;
}

export interface ImportFigures {
  rows: number;
  new: number;
  changed: number;
  returning: number;
  unchanged: number;
  leaving: number;
  kept: number;
  before: number;
  bad_rows: number;
  warnings: number;
  done: number;
  total: number;
  overtaken: number;
  left_as_is: number;
}

export interface Import {
  id: string;
  organisation: string;
  office?: string | null;
  file_name: string;
  state: ImportState;
  format: string;
  columns?: ImportColumn[];
  mapping?: ImportMapping | null;
  profile?: string | null;
  figures: ImportFigures;
  confirm_leaving?: number | null;
  failure?: string | null;
  created_by?: string | null;
  created_at: string;
  applied_at?: string | null;
  undone_at?: string | null;
}

export interface Imports {
  imports: Import[];
}

export interface ValueChange {
  before?: string | null;
  after?: string | null;
}

export interface ImportRow {
  row: number;
  action: ImportAction;
  outcome: ImportOutcome;
  person: string;
  name?: string | null;
  changes: Partial<Record<ImportField, ValueChange>>;
  masked?: ImportField[];
}

export interface ImportRows {
  rows: ImportRow[];
  next?: number | null;
}

export interface ImportProblem {
  row?: number | null;
  letter?: string | null;
  heading?: string | null;
  field?: ImportField | null;
  level: 'error' | 'warning';
  why: string;
  cell?: string | null;
}

export interface ImportProblems {
  problems: ImportProblem[];
  next?: number | null;
  not_kept: number;
}

export interface ImportProfiles {
  profiles: { name: string; changed_at: string }[];
}

export interface ApplyImport {
  confirm_leaving?: number;
  only_good_rows?: boolean;
}
