import type { DatabaseSync } from 'node:sqlite';
import type { AuditLogEntry } from '../../platform/storage/audit-log-entry.js';
import type { AuditSearchColumns } from '../../platform/storage/schema.js';

/** Version of the schema; an index of another version is rebuilt. */
export const SEARCH_SCHEMA_VERSION = 1;

/** Search columns of an entry, without the entry. */
export interface SearchRow
  extends
    AuditSearchColumns,
    Pick<AuditLogEntry, 'leaf_index' | 'stage' | 'call_index' | 'source'> {
  /** Ids of calls to the cluster, each between line feeds. */
  readonly upstream: string;
}

export const SEARCH_COLUMNS = [
  'leaf_index',
  'stage',
  'audit_id',
  'call_index',
  'time_ms',
  'user',
  'credential_id',
  'namespace',
  'secret',
  'source_ip',
  'action',
  'outcome',
  'code',
  'plane',
  'source',
  'groups',
  'keys',
  'marks',
  'upstream',
] as readonly (keyof SearchRow)[];

export const NAME_COLUMNS = ['kind', 'name', 'call_index', 'leaf_index'] as const;

/**
 * Indexed columns of events. Each index returns the newest first without a sort, and contains the
 * stage, because SQLite would otherwise look up the stage in every row.
 */
const INDEXED = ['namespace', 'secret', 'user', 'credential_id', 'source_ip', 'action'];
/** Calls as they are listed; open intents are added. */
const LISTED = "stage NOT IN ('intent', 'joined')";

/** Creates the tables in an empty file, to be filled from this entry on. */
export function createSearchSchema(database: DatabaseSync, first: number): void {
  database.exec(`BEGIN IMMEDIATE;
    CREATE TABLE audit_search (
      leaf_index INTEGER PRIMARY KEY, stage TEXT NOT NULL, audit_id TEXT NOT NULL,
      call_index INTEGER NOT NULL, time_ms INTEGER NOT NULL, user TEXT NOT NULL,
      credential_id TEXT, namespace TEXT, secret TEXT, source_ip TEXT, action TEXT NOT NULL,
      outcome TEXT NOT NULL, code INTEGER NOT NULL, plane TEXT NOT NULL, source TEXT NOT NULL,
      groups TEXT NOT NULL, keys TEXT NOT NULL, marks TEXT NOT NULL,
      upstream TEXT NOT NULL) STRICT;
    ${[...INDEXED, 'code', 'plane'].map(indexOn).join('')}
    CREATE INDEX audit_search_refused ON audit_search (outcome, call_index, stage)
      WHERE ${LISTED} AND outcome <> 'allowed';
    CREATE INDEX audit_search_secret_of ON audit_search (namespace, secret, call_index, stage)
      WHERE ${LISTED};
    CREATE INDEX audit_search_reported ON audit_search (source, call_index, stage)
      WHERE ${LISTED} AND source <> 'gateway';
    CREATE INDEX audit_search_time ON audit_search (time_ms, stage);
    CREATE INDEX audit_search_of_id ON audit_search (audit_id, source, time_ms);
    CREATE INDEX audit_search_call ON audit_search (call_index, stage);
    CREATE TABLE audit_names (
      kind TEXT NOT NULL, name TEXT NOT NULL, call_index INTEGER NOT NULL,
      leaf_index INTEGER NOT NULL,
      PRIMARY KEY (kind, name, call_index, leaf_index)) STRICT, WITHOUT ROWID;
    CREATE TABLE audit_search_head (
      id INTEGER PRIMARY KEY CHECK (id = 1), indexed_below INTEGER NOT NULL,
      pruned_below INTEGER NOT NULL, leaf_hash BLOB) STRICT;
    INSERT INTO audit_search_head (id, indexed_below, pruned_below) VALUES (1, ${first}, ${first});
    PRAGMA user_version = ${SEARCH_SCHEMA_VERSION};
    COMMIT`);
}

function indexOn(column: string): string {
  return `CREATE INDEX audit_search_${column} ON audit_search (${column}, call_index, stage)
    WHERE ${LISTED};`;
}
