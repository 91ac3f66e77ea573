import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely } from 'kysely';
import { AdoptedFile } from './adopted-file.js';
import { DataDirLock } from './data-dir-lock.js';
import type { Database } from './database.js';
import { identityOf, type FileIdentity } from './file-identity.js';
import { migrate } from './migrate.js';
import { nodeSqliteDialect } from './node-sqlite.js';
import { databasePath, openDatabase } from './open-database.js';
import type { Schema } from './schema.js';
import { StorageError, toStorageError } from './storage-error.js';
import type { StorageLocation } from './storage-location.js';
import { leaveWriteAheadLog } from './write-ahead-log.js';

export type SqliteLocation = Extract<StorageLocation, { dialect: 'sqlite' }>;

/** File that is searched together with the database, if it is adopted. */
export interface AttachedFile {
  readonly path: string;
  /** Memory of an `AdoptedFile`. */
  readonly adopted: SharedArrayBuffer;
}

interface Connection {
  /** The attached file and its write-ahead log; undefined if none is attached. */
  readonly attached: string | undefined;
  readonly identity: FileIdentity | undefined;
  /** Identity of the write-ahead log, without which a query would miss other commits. */
  readonly walIdentity: FileIdentity | undefined;
  readonly sqlite: DatabaseSync;
  readonly kysely: Kysely<Schema>;
  users: number;
}

/**
 * SQLite file for this process's own thread. Queries use the file now at the path, since a deleted
 * or replaced file would still respond. They use a replacement once the thread that appends has
 * adopted it. Locks the data folder.
 */
export class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly writers = 'one';
  readonly path: string;
  readonly #adopted: AdoptedFile;
  readonly #lock: DataDirLock | undefined;
  readonly #attached: AttachedFile | undefined;
  readonly #adoptedBeside: AdoptedFile;
  #connection: Connection | undefined;
  #isClosed = false;

  private constructor(
    path: string,
    adopted: AdoptedFile,
    beside: { readonly lock?: DataDirLock; readonly attached?: AttachedFile | undefined } = {},
  ) {
    this.path = path;
    this.#adopted = adopted;
    this.#lock = beside.lock;
    this.#attached = beside.attached;
    this.#adoptedBeside = new AdoptedFile(beside.attached?.adopted);
  }

  /** Locks the folder, opens the file and migrates it; throws StorageError. */
  static async open(dataDir: string): Promise<SqliteDatabase> {
    const lock = DataDirLock.take(dataDir);
    const database = new SqliteDatabase(databasePath(dataDir), new AdoptedFile(), { lock });
    try {
      const sqlite = openDatabase(database.path);
      try {
        await migrate(sqlite);
      } finally {
        sqlite.close();
      }
      database.#adopted.adopt(identityOf(database.path), undefined);
      return database;
    } catch (error) {
      await database.close();
      throw toStorageError(database.path, error);
    }
  }

  /** Opens the file for another thread of the process that locks the folder and has migrated it. */
  static beside({ path, adopted }: SqliteLocation, attached?: AttachedFile): SqliteDatabase {
    return new SqliteDatabase(path, new AdoptedFile(adopted), { attached });
  }

  /** Runs queries; throws StorageError if the file is missing or damaged. */
  async query<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    const connection = this.#current();
    connection.users += 1;
    try {
      return await run(connection.kysely);
    } catch (error) {
      throw isSqliteError(error) ? toStorageError(this.path, error) : error;
    } finally {
      connection.users -= 1;
      if (connection !== this.#connection) closeUnused(connection);
    }
  }

  get location(): SqliteLocation {
    return { dialect: 'sqlite', path: this.path, adopted: this.#adopted.memory };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#retire();
    this.#lock?.release();
    return Promise.resolve();
  }

  #current(): Connection {
    // The folder is no longer locked.
    if (this.#isClosed) throw new StorageError(`the database ${this.path} is closed`);
    const identity = identityOf(this.path);
    const attached = this.#toAttach();
    const open = this.#connection;
    const isSame = open?.identity === identity && open?.walIdentity === this.#wal();
    if (open !== undefined && isSame && open.attached === attached) return open;
    this.#retire();
    if (identity === undefined) throw new StorageError(`the database ${this.path} is missing`);
    if (identity !== this.#adopted.database) {
      throw new StorageError(`the database ${this.path} was replaced by another file`);
    }
    // The file may be replaced at any moment.
    const sqlite = openDatabase(this.path, { identity });
    leaveWriteAheadLog(sqlite);
    if (attached !== undefined) this.#attach(sqlite, attached);
    const kysely = new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite) });
    const walIdentity = this.#wal();
    if (this.#adopted.wal === undefined) this.#adopted.adopt(identity, walIdentity);
    this.#connection = { attached, identity, walIdentity, sqlite, kysely, users: 0 };
    return this.#connection;
  }

  #wal(): FileIdentity | undefined {
    return identityOf(`${this.path}-wal`);
  }

  /** Returns the file to attach, if its builder has adopted the current file. */
  #toAttach(): string | undefined {
    if (this.#attached === undefined) return undefined;
    const { path } = this.#attached;
    const { database, wal } = this.#adoptedBeside;
    const isThere = database !== undefined && identityOf(path) === database;
    return isThere && identityOf(`${path}-wal`) === wal ? `${database} ${wal}` : undefined;
  }

  /** Attaches the file. Throws if it was deleted meanwhile: the current file may be incomplete. */
  #attach(sqlite: DatabaseSync, attached: string): void {
    if (this.#attached === undefined) return;
    attach(sqlite, this.#attached.path);
    if (this.#toAttach() === attached) return;
    sqlite.close();
    throw new StorageError(`the file ${this.#attached.path} was replaced`);
  }

  #retire(): void {
    const retired = this.#connection;
    this.#connection = undefined;
    if (retired !== undefined) closeUnused(retired);
  }
}

/** Attaches an existing file; creates none. */
function attach(sqlite: DatabaseSync, path: string): void {
  try {
    sqlite.prepare('ATTACH ? AS beside').run(`${pathToFileURL(path).href}?mode=rw`);
  } catch (error) {
    sqlite.close();
    throw toStorageError(path, error);
  }
}

function closeUnused(connection: Connection): void {
  if (connection.users === 0 && connection.sqlite.isOpen) connection.sqlite.close();
}

function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error;
}
