import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { limits } from '../core/limits.js';
import type { RowMac } from '../encryption/domain/row-mac.js';
import { AdoptedFile } from '../platform/storage/adopted-file.js';
import { checkWritable, identityOf, type FileIdentity } from '../platform/storage/file-identity.js';
import { checkFreeSpace } from '../platform/storage/free-space.js';
import { StatementCache } from '../platform/storage/statement-cache.js';
import { migrate } from '../platform/storage/migrate.js';
import { openDatabase } from '../platform/storage/open-database.js';
import { leaveWriteAheadLog } from '../platform/storage/write-ahead-log.js';
import {
  demandObjects,
  objectsAfter,
  objectsIn,
  type SqliteObjects,
} from '../platform/storage/sqlite-objects.js';
import type { SqliteLocation } from '../platform/storage/sqlite-database.js';
import type { SqliteAuditEntry } from '../platform/storage/schema.js';
import { StorageError } from '../platform/storage/storage-error.js';
import {
  type AppendLog,
  type AppendLogOptions,
  type Appended,
  holds,
  LogShrunk,
} from './append-log.js';
import { logRow, placedEntries } from './domain/entry-rows.js';
import type { GuardedChange, LogEntry } from './domain/log-entry.js';
import { RowInserts } from './row-inserts.js';

const ENTRY_COLUMNS = [
  'leaf_index',
  'stage',
  'call_index',
  'source',
  'time_ms',
  'action',
  'written_ms',
  'leaf_hash',
  'event',
  'mac',
] as readonly (keyof SqliteAuditEntry)[];

interface OpenFile {
  readonly database: DatabaseSync;
  readonly identity: FileIdentity | undefined;
  readonly walIdentity: FileIdentity | undefined;
  readonly statements: ReturnType<typeof prepare>;
  /** Statements of changes. */
  readonly kept: StatementCache;
  /** SQLite's count of changes to its schema, at the last check of the schema. */
  schemaVersion: number;
}

/**
 * Audit entries in their file. An append is durable when it returns. After any error, and if
 * another file is at the path, the file is closed and reopened before the next append. A second
 * fsync may succeed although the first one lost its pages.
 * https://wiki.postgresql.org/wiki/Fsync_Errors
 */
export class AuditLogFile implements AppendLog {
  readonly #path: string;
  readonly #adopted: AdoptedFile;
  readonly #mac: RowMac;
  readonly #onAlarm: (message: string) => void;
  #open: OpenFile | undefined;
  #hasFailed = false;
  /** Schema objects of a database of this version. */
  #expected: SqliteObjects | undefined;
  /** Size of the log in this file after the last append. */
  #written: number;

  constructor(location: SqliteLocation, { mac, onAlarm, written }: AppendLogOptions) {
    this.#written = written;
    this.#mac = mac;
    this.#path = location.path;
    this.#adopted = new AdoptedFile(location.adopted);
    this.#onAlarm = onAlarm;
  }

  async append(entries: readonly LogEntry[]): Promise<Appended> {
    try {
      const file = this.#checked() ?? (await this.#reopen());
      if (entries.length === 0) checkFreeSpace(this.#path, limits.auditFreeBytesMin);
      const appended = this.#commit(file, entries);
      // A file that was swapped during the commit contains nothing of it.
      this.#checked();
      return appended;
    } catch (error) {
      this.#hasFailed = true;
      await this.close();
      throw error;
    }
  }

  forget(): void {
    this.#written = 0;
  }

  close(): Promise<void> {
    const { database } = this.#open ?? {};
    this.#open = undefined;
    if (database?.isOpen) database.close();
    return Promise.resolve();
  }

  /** Returns the open file if it is still at the path and may be written. */
  #checked(): OpenFile | undefined {
    const file = this.#open;
    if (file === undefined) return undefined;
    const sameFile = identityOf(this.#path) === file.identity;
    const sameLog = identityOf(`${this.#path}-wal`) === file.walIdentity;
    if (!sameFile || !sameLog) {
      // Both are still open: the log's contents can be saved into its database, which may return.
      file.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#onAlarm(`${this.#path} was deleted or replaced under the running gateway`);
      throw new StorageError(`${this.#path} is not the file that was opened`);
    }
    checkWritable(this.#path);
    return file;
  }

  async #reopen(): Promise<OpenFile> {
    const identity = identityOf(this.#path);
    this.#setOldLogAside(identity);
    const database = openDatabase(this.#path, { identity });
    try {
      if (this.#hasFailed) {
        flushLog(database);
        // On a full disk, an intent may find space although its outcome finds none.
        checkFreeSpace(this.#path, limits.auditFreeBytesMin);
      }
      await migrate(database);
      leaveWriteAheadLog(database);
      this.#expected ??= await objectsAfter(migrate);
      const statements = prepare(database);
      const file = {
        database,
        schemaVersion: this.#demandOurs(database, versionIn(statements)),
        statements,
        kept: new StatementCache(database),
        identity: identityOf(this.#path),
        walIdentity: identityOf(`${this.#path}-wal`),
      };
      checkWritable(this.#path);
      this.#tellIfReplaced(file, checkHead(database));
      this.#hasFailed = false;
      this.#open = file;
      return file;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Renames the former file's write-ahead log: SQLite would replay it into the file at the path
   * now.
   * https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
   */
  #setOldLogAside(identity: FileIdentity | undefined): void {
    const { database: last, wal: lastWal } = this.#adopted;
    if (last === undefined || identity === last) return;
    const wal = `${this.#path}-wal`;
    if (lastWal === undefined || identityOf(wal) !== lastWal) return;
    renameSync(wal, `${wal}.of-${last.replace(':', '-')}`);
    rmSync(`${this.#path}-shm`, { force: true });
  }

  #tellIfReplaced(file: Omit<OpenFile, 'statements'>, size: number): void {
    const last = this.#adopted.database;
    if (last !== undefined && last !== file.identity) {
      this.#onAlarm(`${this.#path} is another file now: the audit log goes on there at ${size}`);
      this.#written = 0;
    }
    this.#adopted.adopt(file.identity, file.walIdentity);
  }

  /** Returns the version of an expected schema; another schema could change appended entries. */
  #demandOurs(database: DatabaseSync, version: number): number {
    demandObjects(objectsIn(database), this.#expected ?? new Map(), this.#path);
    return version;
  }

  #commit(file: OpenFile, entries: readonly LogEntry[]): Appended {
    const { database, statements, kept } = file;
    database.exec('BEGIN IMMEDIATE');
    try {
      const version = versionIn(statements);
      if (version !== file.schemaVersion) file.schemaVersion = this.#demandOurs(database, version);
      const first = Number(statements.head.get()?.['size']);
      if (first < this.#written) throw new LogShrunk(this.#written, first);
      const lost = lostChanges(kept, entries);
      const taken = entries.filter((_, place) => !lost.has(place));
      const isConcluded = (call: number) => statements.concluded.get(call) !== undefined;
      const nowMs = Date.now();
      const placed = placedEntries(taken, first, isConcluded);
      statements.entries.insert(placed.map((entry) => logRow(entry, this.#mac, nowMs)));
      statements.setHead.run(first + taken.length);
      database.exec('COMMIT');
      this.#written = first + taken.length;
      return { first, lost };
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

function prepare(database: DatabaseSync) {
  return {
    schemaVersion: database.prepare('PRAGMA schema_version'),
    head: database.prepare('SELECT size FROM audit_head WHERE id = 1'),
    setHead: database.prepare('UPDATE audit_head SET size = ? WHERE id = 1'),
    concluded: database.prepare(`SELECT 1 FROM audit_entries
      WHERE call_index = ? AND stage NOT IN ('intent', 'joined')`),
    entries: new RowInserts(database, 'audit_entries', ENTRY_COLUMNS),
  };
}

/** https://www.sqlite.org/pragma.html#pragma_schema_version */
function versionIn({ schemaVersion }: ReturnType<typeof prepare>): number {
  return Number(schemaVersion.get()?.['schema_version']);
}

/** Makes the changes; returns positions of the entries whose guards did not hold. */
function lostChanges(kept: StatementCache, entries: readonly LogEntry[]): ReadonlySet<number> {
  const lost = new Set<number>();
  for (const [place, { change }] of entries.entries()) {
    if (change !== undefined && !make(kept, change)) lost.add(place);
  }
  return lost;
}

function make(kept: StatementCache, { guard, rest }: GuardedChange): boolean {
  const { changes } = kept.prepare(guard.sql).run(guard.parameters);
  if (!holds(Number(changes))) return false;
  for (const { sql, parameters } of rest) kept.prepare(sql).run(parameters);
  return true;
}

/**
 * Writes the whole write-ahead log into the database and syncs it. After a failed fsync, the log
 * may look complete in memory but have a gap on disk: a crash would lose every later commit.
 */
function flushLog(database: DatabaseSync): void {
  const result = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  if (result?.['busy'] !== 0) throw new StorageError('the database is read by somebody for long');
}

/** Returns the size of the log; throws if entries and head disagree. */
function checkHead(database: DatabaseSync): number {
  const head = database.prepare('SELECT size, pruned_below FROM audit_head').get();
  const last = database.prepare('SELECT max(leaf_index) AS last FROM audit_entries').get();
  const size = Number(head?.['size']);
  const found =
    last?.['last'] === null ? Number(head?.['pruned_below']) : Number(last?.['last']) + 1;
  if (size !== found) {
    throw new StorageError(`the audit log is damaged: ${found} entries where ${size} should be`);
  }
  return size;
}
