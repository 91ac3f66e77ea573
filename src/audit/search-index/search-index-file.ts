import { rmSync, statSync } from 'node:fs';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { limits } from '../../core/limits.js';
import {
  checkWritable,
  identityOf,
  type FileIdentity,
} from '../../platform/storage/file-identity.js';
import { checkFreeShare } from '../../platform/storage/free-space.js';
import { openDatabase } from '../../platform/storage/open-database.js';
import type { AuditNameTable } from '../../platform/storage/schema.js';
import {
  changedObject,
  objectsAfter,
  objectsIn,
  type SqliteObjects,
} from '../../platform/storage/sqlite-objects.js';
import {
  DamagedStorage,
  StorageError,
  toStorageError,
} from '../../platform/storage/storage-error.js';
import { RowInserts } from '../row-inserts.js';
import type { RebuildReason } from './search-index-messages.js';
import {
  createSearchSchema,
  NAME_COLUMNS,
  SEARCH_COLUMNS,
  SEARCH_SCHEMA_VERSION,
  type SearchRow,
} from './search-schema.js';

/** Position of an index in its log. */
export interface IndexPosition {
  /** Entries with a smaller leaf index are in it, */
  readonly indexedBelow: number;
  /** except those with an even smaller index, which are pruned. */
  readonly prunedBelow: number;
  /** Hash of the last entry; undefined if there was none. */
  readonly leafHash: Uint8Array | undefined;
}

/** The file is not ours, or is damaged: the index must be rebuilt. */
export class IndexUnfit extends StorageError {
  readonly reason: RebuildReason;

  constructor(reason: RebuildReason, options?: ErrorOptions) {
    super(`the search index is ${reason}`, options);
    this.reason = reason;
  }
}

/** The search index as a file; its rows and its position change together. */
export class SearchIndexFile {
  readonly path: string;
  readonly identity: FileIdentity | undefined;
  readonly walIdentity: FileIdentity | undefined;
  readonly #database: DatabaseSync;
  readonly #entries: RowInserts<keyof SearchRow>;
  readonly #names: RowInserts<keyof AuditNameTable>;
  readonly #between: StatementSync;
  readonly #named: StatementSync;
  readonly #outside: StatementSync;
  #position: IndexPosition;
  #bytes: number;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
    this.#entries = new RowInserts(database, 'audit_search', SEARCH_COLUMNS);
    this.#names = new RowInserts(database, 'audit_names', NAME_COLUMNS);
    this.#between = database.prepare(`SELECT ${SEARCH_COLUMNS.join(', ')} FROM audit_search
      WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index`);
    this.#named = database.prepare(`SELECT 1 FROM audit_names
      WHERE kind = ? AND name = ? AND call_index = ? AND leaf_index = ?`);
    this.#outside = database.prepare(`SELECT 1 FROM audit_search
      WHERE leaf_index >= ? OR leaf_index < ? LIMIT 1`);
    this.#position = positionIn(database);
    this.identity = identityOf(path);
    this.walIdentity = identityOf(`${path}-wal`);
    this.#bytes = sizeOf(path);
  }

  /** Opens the existing file; throws IndexUnfit if it is not an index of this version. */
  static open(path: string): SearchIndexFile {
    return SearchIndexFile.#opened(path, (database) => {
      checkVersion(database);
      // Beyond that size it would delay searches.
      if (sizeOf(path) <= limits.auditIndexCheckedBytesMax)
        demandCheck(database, 'integrity_check');
    });
  }

  /** Creates an index in place of any existing file, to be filled from this entry on. */
  static make(path: string, first: number): SearchIndexFile {
    discard(path);
    return SearchIndexFile.#opened(path, (database) => createSearchSchema(database, first));
  }

  get position(): IndexPosition {
    return this.#position;
  }

  /** Reports whether the file still exists unchanged; it never shrinks by itself. */
  get isThere(): boolean {
    const isSame = identityOf(this.path) === this.identity;
    if (!isSame || identityOf(`${this.path}-wal`) !== this.walIdentity) return false;
    const bytes = sizeOf(this.path);
    const isWhole = bytes >= this.#bytes;
    this.#bytes = Math.max(bytes, this.#bytes);
    return isWhole;
  }

  /** Reads all of it; throws IndexUnfit if it is damaged. */
  demandSound(): void {
    told(this.path, () => {
      demandCheck(this.#database, 'quick_check');
    });
  }

  /** Throws IndexUnfit if it has other objects, or rows of no indexed entry. */
  demandOurs(): void {
    const expected = createdObjects();
    const { indexedBelow, prunedBelow } = this.#position;
    told(this.path, () => {
      if (this.#outside.get(indexedBelow, prunedBelow) !== undefined) throw changed();
      if (changedObject(objectsIn(this.#database), expected) !== undefined) throw changed();
    });
  }

  /** Throws IndexUnfit if the entries of a range do not have exactly these rows and names. */
  demandEntries(
    { from, to }: { readonly from: number; readonly to: number },
    rows: readonly SearchRow[],
    names: readonly AuditNameTable[],
  ): void {
    told(this.path, () => {
      const found = this.#between.all(from, to);
      const isSame = found.length === rows.length && rows.every((row, at) => isRow(found[at], row));
      if (!isSame || !names.every((name) => this.#hasName(name))) throw changed();
    });
  }

  #hasName({ kind, name, call_index, leaf_index }: AuditNameTable): boolean {
    return this.#named.get(kind, name, call_index, leaf_index) !== undefined;
  }

  /** Adds consecutive entries after the existing ones. */
  add(
    rows: readonly SearchRow[],
    names: readonly AuditNameTable[],
    next: Omit<IndexPosition, 'prunedBelow'>,
  ): void {
    const { prunedBelow } = this.#position;
    this.#change({ ...next, prunedBelow }, () => {
      this.#entries.insert(rows);
      this.#names.insert(names);
    });
  }

  /** Deletes entries that are pruned from the log, all below this index. */
  prune(below: number): void {
    this.#change({ ...this.#position, prunedBelow: below }, () => this.#deleteBelow(below));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  static #opened(path: string, prepare: (database: DatabaseSync) => void): SearchIndexFile {
    return told(path, () => {
      const database = openDatabase(path, { synchronous: 'normal' });
      try {
        database.exec(`PRAGMA cache_size = -${limits.auditIndexCacheKibMax};
          PRAGMA wal_autocheckpoint = ${limits.auditIndexLogPagesMax}`);
        prepare(database);
        return new SearchIndexFile(path, database);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  #change(position: IndexPosition, change: () => void): void {
    told(this.path, () => {
      checkWritable(this.path);
      checkFreeShare(this.path, reserved);
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        change();
        this.#database
          .prepare(
            `UPDATE audit_search_head SET indexed_below = ?, pruned_below = ?, leaf_hash = ?
              WHERE id = 1`,
          )
          .run(position.indexedBelow, position.prunedBelow, position.leafHash ?? null);
        this.#database.exec('COMMIT');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
    this.#position = position;
  }

  #deleteBelow(below: number): void {
    const columns = { key: 'keys', group: 'groups', mark: 'marks', upstream: 'upstream' } as const;
    const rows = this.#database
      .prepare('SELECT keys, groups, marks, upstream FROM audit_search WHERE leaf_index < ?')
      .all(below);
    for (const [kind, column] of Object.entries(columns)) {
      const names = new Set(rows.flatMap((row) => String(row[column]).split('\n')));
      this.#deleteNames(
        kind,
        [...names].filter((name) => name !== ''),
        below,
      );
    }
    this.#deleteNames('late', [''], below);
    this.#database.prepare('DELETE FROM audit_search WHERE leaf_index < ?').run(below);
  }

  #deleteNames(kind: string, names: readonly string[], below: number): void {
    const remove = this.#database.prepare(`DELETE FROM audit_names
      WHERE kind = ? AND name = ? AND call_index < ? AND leaf_index < ?`);
    for (const name of names) remove.run(kind, name, below, below);
  }
}

function discard(path: string): void {
  told(path, () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  });
}

/** Reads all of it: `integrity_check` also finds b-trees that lack rows of their table. */
function demandCheck(database: DatabaseSync, check: 'quick_check' | 'integrity_check'): void {
  const verdict = database.prepare(`PRAGMA ${check}(1)`).get()?.[check];
  if (verdict !== 'ok') throw new IndexUnfit('damaged');
}

function checkVersion(database: DatabaseSync): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version !== SEARCH_SCHEMA_VERSION) throw new IndexUnfit(version === 0 ? 'absent' : 'old');
}

function positionIn(database: DatabaseSync): IndexPosition {
  const head = database.prepare('SELECT * FROM audit_search_head WHERE id = 1').get();
  if (head === undefined) throw new IndexUnfit('damaged');
  const hash = head['leaf_hash'];
  return {
    indexedBelow: Number(head['indexed_below']),
    prunedBelow: Number(head['pruned_below']),
    leafHash: hash instanceof Uint8Array ? hash : undefined,
  };
}

/** Schema objects of an index of this version. */
let madeOf: SqliteObjects | undefined;

function createdObjects(): SqliteObjects {
  madeOf ??= objectsAfter((database) => createSearchSchema(database, 0));
  return madeOf;
}

function changed(): IndexUnfit {
  return new IndexUnfit('changed by somebody else');
}

function isRow(found: Readonly<Record<string, SQLOutputValue>> | undefined, row: SearchRow) {
  return found !== undefined && SEARCH_COLUMNS.every((column) => found[column] === row[column]);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Space left to the log, which matters more: its own write-ahead log grows as well. */
const reserved = {
  share: limits.auditIndexFreeShareMin,
  bytesMin: limits.auditIndexFreeBytesMin,
  bytesMax: limits.auditIndexFreeBytesMax,
};

/** Runs work on the file, and converts its failures to sentences. */
function told<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof IndexUnfit) throw error;
    const storageError = toStorageError(path, error);
    if (storageError instanceof DamagedStorage) {
      throw new IndexUnfit('damaged', { cause: error });
    }
    throw storageError;
  }
}
