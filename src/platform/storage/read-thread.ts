import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { limits } from '../../core/limits.js';
import type { Reads } from './reads.js';
import type { ReadData, ReadQuery, ReadResult } from './read-thread-messages.js';
import { RequestThread } from '../threads/request-thread.js';
import type { Schema } from './schema.js';
import type { AttachedFile, SqliteLocation } from './sqlite-database.js';
import { DamagedStorage, StorageError } from './storage-error.js';

export interface ReadThreadOptions {
  /** Searched together with the database. */
  readonly attached?: AttachedFile;
  /** `limits.sqliteReadMsMax` if absent. */
  readonly queryMsMax?: number;
}

type ReadRequest = Omit<ReadQuery, 'id'>;

const WORKER = new URL('./read-thread.worker.js', import.meta.url);

/**
 * Reads a SQLite file in a thread of its own: the disk, or a search that finds little, holds up
 * nobody else. The thread starts with the first query. A query that takes longer than
 * `limits.sqliteReadMsMax` ends it, since SQLite cannot be called off from here; the next query
 * starts another one.
 */
export class ReadThread implements Reads {
  readonly dialect = 'sqlite';
  readonly #thread: RequestThread<ReadRequest, ReadResult, readonly unknown[]>;
  readonly #kysely: Kysely<Schema>;

  constructor(location: SqliteLocation, options: ReadThreadOptions = {}) {
    this.#thread = new RequestThread({
      worker: WORKER,
      data: { location, attached: options.attached } satisfies ReadData,
      waitingMax: limits.sqliteReadsMax,
      waitMsMax: options.queryMsMax ?? limits.sqliteReadMsMax,
      resultOf: rowsOf,
      sentences: {
        closed: 'the database is closed',
        busy: 'too many searches wait for the database',
        slow: `the database ${location.path} takes too long to read`,
        died: (reason) => `the reading thread died: ${reason}`,
      },
    });
    const dialect = dialectOver(({ sql, parameters }) => this.#thread.request({ sql, parameters }));
    this.#kysely = new Kysely({ dialect });
  }

  /** Runs queries; throws StorageError where the file cannot be read, or not in time. */
  query<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return run(this.#kysely);
  }

  close(): Promise<void> {
    return this.#thread.terminate();
  }
}

function rowsOf(result: ReadResult): readonly unknown[] {
  if ('rows' in result) return result.rows;
  throw result.isDamaged ? new DamagedStorage(result.failure) : new StorageError(result.failure);
}

function dialectOver(run: (query: CompiledQuery) => Promise<readonly unknown[]>): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(run),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Single statements, as many at a time as there are callers; there are no transactions. */
class ThreadDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(run: (query: CompiledQuery) => Promise<readonly unknown[]>) {
    this.#connection = {
      executeQuery: async <R>(query: CompiledQuery) => {
        // The types of rows are those that the caller asked Kysely for.
        return { rows: (await run(query)) as R[] } satisfies QueryResult<R>;
      },
      streamQuery: () => {
        throw new StorageError('the reading thread streams nothing');
      },
    };
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  init = nothing;
  releaseConnection = nothing;
  destroy = nothing;
  beginTransaction = refuse;
  commitTransaction = refuse;
  rollbackTransaction = refuse;
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

function refuse(): Promise<void> {
  return Promise.reject(new StorageError('the reading thread knows no transactions'));
}
