import type { AuditLogEntry } from '../../../platform/storage/audit-log-entry.js';
import type {
  AuditEntries,
  AuditNameTable,
  AuditSearchColumns,
} from '../../../platform/storage/schema.js';
import { searchRows } from '../../domain/entry-rows.js';

type Listed = Pick<AuditLogEntry, 'leaf_index' | 'stage' | 'call_index' | 'source'>;

/** Entry as SQLite stores it. */
export interface StoredText extends Listed, Pick<AuditEntries, 'time_ms' | 'written_ms'> {
  readonly json: string;
}

/** Indexed data of one entry. */
export interface IndexedEntry {
  readonly row: Listed & AuditSearchColumns & { readonly upstream: string };
  readonly names: readonly AuditNameTable[];
}

/** Returns the search row of an entry; undefined if it is not an event, so not written by us. */
export function searchRowOf(entry: StoredText): IndexedEntry | undefined {
  const { leaf_index, stage, call_index, source, json } = entry;
  // Entries of older versions that were not late have only a time.
  const writtenMs = entry.written_ms ?? entry.time_ms ?? 0;
  try {
    const placed = { json, leafIndex: leaf_index, callIndex: call_index, stage, source };
    const { columns, names } = searchRows(placed, writtenMs);
    const upstream = names.filter(({ kind }) => kind === 'upstream').map(({ name }) => name);
    const listed = upstream.length === 0 ? '' : `\n${upstream.join('\n')}\n`;
    return { row: { leaf_index, stage, call_index, source, ...columns, upstream: listed }, names };
  } catch {
    return undefined;
  }
}
