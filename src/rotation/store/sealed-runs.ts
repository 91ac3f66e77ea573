import { rotationLimits } from '../../core/rotation-limits.js';
import { useIn } from '../../encryption/key-use.js';
import type { Sealed } from '../../encryption/key-ring.js';
import type { Database } from '../../platform/storage/database.js';
import type { BoundRun } from './run-values.js';

/** Run with its sealed values. */
export type SealedRun = BoundRun & { readonly sealed: Sealed };

/** Run values that keys wrap. Throws StorageError. */
export class SealedRuns {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns the number of runs that have values under each key. */
  keyUse(): Promise<ReadonlyMap<string, number>> {
    return useIn(this.#database, 'rotation_values');
  }

  /** Returns some runs under keys other than this key, by id. */
  async wrappedOtherwise(keyId: string, afterId: string): Promise<readonly SealedRun[]> {
    const rows = await this.#database.query(
      (db) =>
        db
          .selectFrom('rotation_values as v')
          .innerJoin('rotation_runs as r', 'r.id', 'v.run_id')
          .select(['r.id', 'r.namespace_uid', 'r.namespace', 'r.name'])
          .select(['v.key_id', 'v.wrapped_key', 'v.ciphertext'])
          .where('v.key_id', '<>', keyId)
          .where('v.run_id', '>', afterId)
          .orderBy('v.run_id')
          .limit(rotationLimits.rewrappedRunsMax)
          .execute(),
      'work',
    );
    return rows.map((row) => ({
      id: row.id,
      namespaceUid: row.namespace_uid,
      namespace: row.namespace,
      name: row.name,
      sealed: { keyId: row.key_id, wrappedKey: row.wrapped_key, ciphertext: row.ciphertext },
    }));
  }

  /** Rewraps a row only if it is unchanged since it was read; reports whether it was. */
  async rewrap(
    { id, sealed }: SealedRun,
    { keyId, wrappedKey }: Pick<Sealed, 'keyId' | 'wrappedKey'>,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.query(
      (db) =>
        db
          .updateTable('rotation_values')
          .set({ key_id: keyId, wrapped_key: wrappedKey })
          .where('run_id', '=', id)
          .where('key_id', '=', sealed.keyId)
          .where('wrapped_key', '=', sealed.wrappedKey)
          .executeTakeFirstOrThrow(),
      'work',
    );
    return numUpdatedRows > 0n;
  }
}
