import { Worker } from 'node:worker_threads';
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
import type { ReadData, ReadResult } from './read-thread-messages.js';
import type { Schema } from './schema.js';
import type { AttachedFile, SqliteLocation } from './sqlite-database.js';
import { DamagedStorage, StorageError } from './storage-error.js';

interface Waiting {
  readonly resolve: (rows: readonly unknown[]) => void;
  readonly reject: (error: StorageError) => void;
  readonly deadline: NodeJS.Timeout;
}

export interface ReadThreadOptions {
  /** Searched together with the database. */
  readonly attached?: AttachedFile;
  /** `limits.sqliteReadMsMax` if absent. */
  readonly queryMsMax?: number;
}

const CLOSED = 'the database is closed';
const WORKER = new URL('./read-thread.worker.js', import.meta.url);

/**
 * Reads a SQLite file in a thread of its own: the disk, or a search that finds little, holds up
 * nobody else. The thread starts with the first query. A query that takes longer than
 * `limits.sqliteReadMsMax` ends it, since SQLite cannot be called off from here; the next query
 * starts another one.
 */
export class ReadThread implements Reads {
  readonly dialect = 'sqlite';
  readonly #location: SqliteLocation;
  readonly #attached: AttachedFile | undefined;
  readonly #queryMsMax: number;
  readonly #kysely: Kysely<Schema>;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 0;
  #isClosed = false;

  constructor(location: SqliteLocation, options: ReadThreadOptions = {}) {
    this.#location = location;
    this.#attached = options.attached;
    this.#queryMsMax = options.queryMsMax ?? limits.sqliteReadMsMax;
    this.#kysely = new Kysely({ dialect: dialectOver((query) => this.#run(query)) });
  }

  /** Runs queries; throws StorageError where the file cannot be read, or not in time. */
  query<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return run(this.#kysely);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end(CLOSED);
  }

  #run({ sql, parameters }: CompiledQuery): Promise<readonly unknown[]> {
    if (this.#isClosed) return Promise.reject(new StorageError(CLOSED));
    if (this.#waiting.size >= limits.sqliteReadsMax) {
      return Promise.reject(new StorageError('too many searches wait for the database'));
    }
    this.#worker ??= this.#start();
    this.#next += 1;
    const id = this.#next;
    const rows = new Promise<readonly unknown[]>((resolve, reject) => {
      const deadline = setTimeout(() => {
        void this.#end(`the database ${this.#location.path} takes too long to read`);
      }, this.#queryMsMax);
      this.#waiting.set(id, { resolve, reject, deadline });
    });
    this.#worker.postMessage({ id, sql, parameters });
    return rows;
  }

  #start(): Worker {
    const data: ReadData = { location: this.#location, attached: this.#attached };
    const worker = new Worker(WORKER, { workerData: data });
    // A gateway that has nothing else to do ends.
    worker.unref();
    worker.on('message', (result: ReadResult) => this.#hear(result));
    worker.on('error', (error: Error) => {
      if (this.#worker === worker) void this.#end(`the reading thread died: ${error.message}`);
    });
    return worker;
  }

  #hear(result: ReadResult): void {
    const waiting = this.#waiting.get(result.id);
    if (waiting === undefined) return;
    this.#waiting.delete(result.id);
    clearTimeout(waiting.deadline);
    if ('rows' in result) waiting.resolve(result.rows);
    else if (result.isDamaged) waiting.reject(new DamagedStorage(result.failure));
    else waiting.reject(new StorageError(result.failure));
  }

  async #end(reason: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, deadline } of left) {
      clearTimeout(deadline);
      reject(new StorageError(reason));
    }
    await worker?.terminate();
  }
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
