import type {
  AuditEntries,
  AuditLogEntry,
  AuditNameTable,
  AuditSearchColumns,
} from '../../../platform/storage/schema.js';
import { searchRows } from '../../domain/entry-rows.js';

type Listed = Pick<AuditLogEntry, 'leaf_index' | 'stage' | 'call_index' | 'source'>;

/** An entry as SQLite has it. */
export interface StoredText extends Listed, Pick<AuditEntries, 'time_ms' | 'written_ms'> {
  readonly json: string;
}

/** What the index has of one entry. */
export interface IndexedEntry {
  readonly row: Listed & AuditSearchColumns & { readonly upstream: string };
  readonly names: readonly AuditNameTable[];
}

/** What an entry is found by; undefined where it is no event: so it was not written by us. */
export function searchRowOf(entry: StoredText): IndexedEntry | undefined {
  const { leaf_index, stage, call_index, source, json } = entry;
  // Entries of older versions that were not late have a time alone.
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
