import { sql } from 'kysely';
import { rotationLimits } from '../../core/rotation-limits.js';
import { nowSql } from '../../platform/storage/now-sql.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { ClaimedRun } from '../domain/rotation.store.js';
import type { RunDatabase } from './run-database.js';
import type { RunRow } from './run-rows.js';
import type { RunSeals } from './run-seals.js';

/**
 * Leases of runs, by the database's clock. The epoch grows with every claim, so that a previous
 * holder can no longer change anything. No holder survives a power cut, so leases need not either.
 */
export class RunLeases {
  readonly #database: RunDatabase;
  readonly #holder: string;
  readonly #seals: RunSeals;

  constructor(database: RunDatabase, holder: string, seals: RunSeals) {
    this.#database = database;
    this.#holder = holder;
    this.#seals = seals;
  }

  /** Frees old leases: if there can be no other process, nobody needs to wait for them. */
  async takeOver(): Promise<void> {
    if (this.#database.writers === 'many') return;
    await this.#database.query((db) =>
      db
        .updateTable('rotation_runs')
        .set({ holder: null, lease_until_ms: 0 })
        .where('ended_ms', 'is', null)
        .where('holder', '<>', this.#holder)
        .execute(),
    );
  }

  async claim(id: string): Promise<ClaimedRun | undefined> {
    const atMs = performance.now();
    const row = await this.#database.fleeting((db) =>
      db
        .updateTable('rotation_runs')
        .set((eb) => ({
          epoch: eb('epoch', '+', 1),
          holder: this.#holder,
          lease_until_ms: this.#until(),
        }))
        .where('id', '=', id)
        .where('ended_ms', 'is', null)
        .where('lease_until_ms', '<=', this.#now())
        .returningAll()
        .executeTakeFirst(),
    );
    return row && this.#claimed(row, atMs);
  }

  async renew({ id, epoch }: RotationRun): Promise<ClaimedRun | undefined> {
    const atMs = performance.now();
    const row = await this.#database.fleeting((db) =>
      db
        .updateTable('rotation_runs')
        .set({ lease_until_ms: this.#until() })
        .where('id', '=', id)
        .where('epoch', '=', epoch)
        .where('ended_ms', 'is', null)
        .where('lease_until_ms', '>', this.#now())
        .returningAll()
        .executeTakeFirst(),
    );
    return row && this.#claimed(row, atMs);
  }

  async release({ id, epoch }: RotationRun): Promise<void> {
    await this.#database.fleeting((db) =>
      db
        .updateTable('rotation_runs')
        .set({ holder: null, lease_until_ms: 0 })
        .where('id', '=', id)
        .where('epoch', '=', epoch)
        .execute(),
    );
  }

  /** Returns a claim. Time counts from before the query, so the lease lasts longer. */
  #claimed(row: RunRow, askedAtMs: number): ClaimedRun | undefined {
    const run = this.#seals.read(row);
    return run && { run, fencedAtMs: askedAtMs + rotationLimits.leaseFencedMs };
  }

  #now() {
    return nowSql(this.#database.dialect);
  }

  #until() {
    return sql<number>`${this.#now()} + ${sql.lit(rotationLimits.leaseMs)}`;
  }
}
