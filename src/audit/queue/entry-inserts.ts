import type pg from 'pg';
import type { EntryRows } from '../domain/entry-rows.js';
import { type ColumnArrays, type ColumnTypes, Parameters } from './column-arrays.js';

const ENTRY_COLUMNS = {
  leaf_index: 'bigint',
  stage: 'text',
  audit_id: 'text',
  call_index: 'bigint',
  time_ms: 'bigint',
  user: 'text',
  credential_id: 'text',
  namespace: 'text',
  secret: 'text',
  source_ip: 'text',
  action: 'text',
  outcome: 'text',
  code: 'int',
  plane: 'text',
  source: 'text',
  groups: 'text',
  keys: 'text',
  marks: 'text',
  leaf_hash: 'bytea',
  event: 'bytea',
  mac: 'bytea',
} as const satisfies ColumnTypes<EntryRows['entry']>;

const NAME_COLUMNS = {
  kind: 'text',
  name: 'text',
  call_index: 'bigint',
  leaf_index: 'bigint',
} as const satisfies ColumnTypes<EntryRows['names'][number]>;

/** Adds entries and their names to a statement. */
export function entryArrays(
  parameters: Parameters,
  rows: readonly EntryRows[],
): { readonly entries: ColumnArrays; readonly names: ColumnArrays } {
  const entries = rows.map(({ entry }) => entry);
  const names = rows.flatMap((one) => one.names);
  return {
    entries: parameters.addRows(ENTRY_COLUMNS, entries),
    names: parameters.addRows(NAME_COLUMNS, names),
  };
}

/** Returns a statement that inserts only these rows, in front of which nobody else is. */
export function insertQuery(rows: readonly EntryRows[]): pg.QueryConfig {
  const parameters = new Parameters();
  const { entries, names } = entryArrays(parameters, rows);
  return {
    text: `WITH names AS (INSERT INTO audit_names (${names.list})
      SELECT * FROM unnest(${names.arrays}))
      INSERT INTO audit_entries (${entries.list}) SELECT * FROM unnest(${entries.arrays})`,
    values: parameters.values,
  };
}
