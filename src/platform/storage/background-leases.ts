import { sql } from 'kysely';
import type { Database } from './database.js';
import { nowSql } from './now-sql.js';

export interface LeaseRequest {
  readonly name: string;
  /** Process that asks; no other process has this name. */
  readonly holder: string;
  readonly leaseMs: number;
}

/**
 * Leases of background work, by the clock of the database. Every method throws StorageError if the
 * database cannot be used.
 */
export class BackgroundLeases {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Takes or renews a lease; reports whether the holder has it for `leaseMs` from now. If no other
   * process can use the database, every lease is free, and nothing is written: a renewal would wait
   * for a lock of the database in front of the writes of callers.
   */
  async claim({ name, holder, leaseMs }: LeaseRequest): Promise<boolean> {
    if (this.#database.writers === 'one') return true;
    const now = nowSql(this.#database.dialect);
    const until = sql<number>`${now} + ${sql.lit(leaseMs)}`;
    const { numInsertedOrUpdatedRows = 0n } = await this.#database.query(
      (db) =>
        db
          .insertInto('background_leases')
          .values({ name, holder, until_ms: until })
          .onConflict((on) =>
            on
              .column('name')
              .doUpdateSet({ holder, until_ms: until })
              .where((eb) =>
                eb.or([
                  eb('background_leases.holder', '=', holder),
                  eb('background_leases.until_ms', '<=', now),
                ]),
              ),
          )
          .executeTakeFirstOrThrow(),
      'work',
    );
    return numInsertedOrUpdatedRows > 0n;
  }

  /** Ends a lease, so that another process need not wait for its end. */
  async release({ name, holder }: Pick<LeaseRequest, 'name' | 'holder'>): Promise<void> {
    await this.#database.query(
      (db) =>
        db
          .deleteFrom('background_leases')
          .where('name', '=', name)
          .where('holder', '=', holder)
          .execute(),
      'work',
    );
  }
}
