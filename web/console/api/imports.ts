import type { Intent } from '../../api/client';
import { client, perform, query } from './client';
import type { ApplyImport, Import, ImportAction, ImportMapping, ImportProblems, ImportProfiles, ImportRows, Imports } from '../wire';

/** How long a file may take to arrive and be read, in milliseconds. */
const FILE_MS = 300_000;

/** Whose people a file holds, and how it is read. */
export interface Whose {
  organisation: string;
  office?: string;
  /** A remembered way of naming columns; the one that fits best when absent. */
  profile?: string;
}

/** Lists of people as files. */
export const imports = {
  list: (organisation: string) => client.get<Imports>(`/v1/imports${query({ organisation })}`),
  one: (id: string) => client.get<Import>(`/v1/imports/${id}`),
  profiles: (organisation: string) => client.get<ImportProfiles>(`/v1/import-profiles${query({ organisation })}`),
  rows: (id: string, action: ImportAction, after?: number | null) =>
    client.get<ImportRows>(`/v1/imports/${id}/rows${query({ action, after })}`),
  problems: (id: string, after?: number | null) => client.get<ImportProblems>(`/v1/imports/${id}/problems${query({ after })}`),
  file: (whose: Whose, file: Blob): Intent => client.intend(`/v1/imports${query({ ...whose })}`, file),
  /** Sends a file, under its name. */
  sendFile: (intent: Intent, name: string) =>
    perform<Import>(intent, { 'Muster-File-Name': encodeURIComponent(name) }, FILE_MS),
  mapping: (id: string, body: ImportMapping): Intent => client.intend(`/v1/imports/${id}/mapping`, body, 'PUT'),
  apply: (id: string, body: ApplyImport): Intent => client.intend(`/v1/imports/${id}/apply`, body),
  undo: (id: string): Intent => client.intend(`/v1/imports/${id}/undo`, {}),
  cancel: (id: string): Intent => client.intend(`/v1/imports/${id}/cancel`, {}),
};
