import { CompiledQuery, type Compilable, type Kysely, sql } from 'kysely';
import type { GuardedChange } from '../../audit/domain/log-entry.js';
import type { Database, QueryPace } from '../../platform/storage/database.js';
import { orUnavailable } from '../../platform/storage/or-unavailable.js';
import type { Schema } from '../../platform/storage/schema.js';

/** Change before it is compiled: its guard first. */
export interface PlannedChange {
  /** Key of the Secret, whose rows are locked together. */
  readonly key: string;
  readonly guard: Compilable;
  readonly rest: readonly Compilable[];
}

/** Database for rotation. Every method throws Unavailable if the database is unavailable. */
export class RunDatabase {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get dialect(): Database['dialect'] {
    return this.#database.dialect;
  }

  get writers(): Database['writers'] {
    return this.#database.writers;
  }

  /** Queries for a waiting request. */
  query<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#query(run, 'request');
  }

  /** Queries for background work, which can wait and takes no connection from requests. */
  inBackground<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#query(run, 'work');
  }

  #query<T>(run: (db: Kysely<Schema>) => Promise<T>, pace: QueryPace): Promise<T> {
    return orUnavailable(
      () => this.#database.query(run, pace),
      'what is known of rotations cannot be read or written',
    );
  }

  /**
   * Makes a change that a power cut may undo: SQLite does not wait for the disk.
   * https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  fleeting<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    if (this.dialect === 'postgres') return this.inBackground(run);
    return this.query((db) =>
      db.connection().execute(async (connection) => {
        await sql`PRAGMA synchronous = NORMAL`.execute(connection);
        try {
          return await run(connection);
        } finally {
          await sql`PRAGMA synchronous = FULL`.execute(connection);
        }
      }),
    );
  }

  /** Compiles a change to text, so that another component can execute it. */
  compiled(plan: (db: Kysely<Schema>) => PlannedChange): Promise<GuardedChange> {
    return this.query((db) => {
      const { key, guard, rest } = plan(db);
      return Promise.resolve({ key, guard: statementOf(guard), rest: rest.map(statementOf) });
    });
  }

  /** Makes a change without an event; false if its guard failed. */
  make({ guard, rest }: GuardedChange): Promise<boolean> {
    return this.inBackground(async (db) => {
      if (rest.length === 0) return hasChangedOne(db, guard);
      return db.transaction().execute(async (transaction) => {
        if (!(await hasChangedOne(transaction, guard))) return false;
        for (const one of rest) await transaction.executeQuery(queryOf(one));
        return true;
      });
    });
  }
}

async function hasChangedOne(db: Kysely<Schema>, guard: Statement): Promise<boolean> {
  const { numAffectedRows } = await db.executeQuery(queryOf(guard));
  return numAffectedRows === 1n;
}

type Statement = GuardedChange['guard'];

function statementOf(query: Compilable): Statement {
  const { sql: text, parameters } = query.compile();
  return { sql: text, parameters };
}

function queryOf({ sql: text, parameters }: Statement): CompiledQuery {
  return CompiledQuery.raw(text, [...parameters]);
}
