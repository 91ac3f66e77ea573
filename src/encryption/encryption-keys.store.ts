import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../platform/storage/database.js';
import type { Schema } from '../platform/storage/schema.js';

export type EncryptionKeyRow = Selectable<Schema['encryption_keys']>;

/** Provider and id of the row with the secret of MACs. */
export const MAC = 'mac';

/** Another process was faster: the key to replace does not exist any more. */
class Outrun extends Error {
  override readonly name = 'Outrun';
}

/** Facts about keys in the database; never a key. Throws StorageError if it cannot be used. */
export class EncryptionKeysStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns keys that wrap others, in order of creation. */
  async keys(): Promise<readonly EncryptionKeyRow[]> {
    return this.#query((db) =>
      db
        .selectFrom('encryption_keys')
        .selectAll()
        .where('provider', '<>', MAC)
        .orderBy('created_ms')
        .orderBy('id')
        .execute(),
    );
  }

  /** Returns the wrapped secret of MACs. */
  async macSecret(): Promise<Uint8Array | undefined> {
    const row = await this.#query((db) =>
      db
        .selectFrom('encryption_keys')
        .select('wrapped')
        .where('id', '=', MAC)
        .where('provider', '=', MAC)
        .executeTakeFirst(),
    );
    return row?.wrapped ?? undefined;
  }

  /** Stores it if there is none; a secret that another process has created meanwhile stays. */
  async keepMacSecret(wrapped: Uint8Array, nowMs: number): Promise<void> {
    const row = { provider: MAC, state: 'active', created_ms: nowMs, wraps: 0 } as const;
    await this.#query((db) =>
      db
        .insertInto('encryption_keys')
        .values({ id: MAC, ...row, canary: new Uint8Array(), wrapped })
        .onConflict((on) => on.column('id').doNothing())
        .execute(),
    );
  }

  /**
   * Activates a key for wrapping new versions, in place of `expected`. False if `expected` is no
   * longer active, or another key has the name by now.
   */
  async activate(expected: string | undefined, row: EncryptionKeyRow): Promise<boolean> {
    try {
      await this.#change(async (db) => {
        const replaced = await db
          .updateTable('encryption_keys')
          .set({ state: 'decrypt-only' })
          .where('state', '=', 'active')
          .where('provider', '<>', MAC)
          .where('id', '<>', row.id)
          .returning('id')
          .execute();
        if (replaced[0]?.id !== expected || replaced.length > 1) throw new Outrun();
        if (!(await putActive(db, row))) throw new Outrun();
      });
      return true;
    } catch (error) {
      if (error instanceof Outrun) return false;
      throw error;
    }
  }

  /** Stores an inactive key if the database does not know it. */
  async keep(row: EncryptionKeyRow): Promise<void> {
    await this.#query((db) =>
      db
        .insertInto('encryption_keys')
        .values(row)
        .onConflict((on) => on.column('id').doNothing())
        .execute(),
    );
  }

  /** Counts wraps before they happen; returns how many the key has then. */
  async reserve(id: string, count: number): Promise<number> {
    const row = await this.#query((db) =>
      db
        .updateTable('encryption_keys')
        .set((eb) => ({ wraps: eb('wraps', '+', count) }))
        .where('id', '=', id)
        .returning('wraps')
        .executeTakeFirst(),
    );
    return row?.wraps ?? 0;
  }

  /** Stores the current wrapping of a key; does nothing if it has been changed meanwhile. */
  async replaceWrapped(id: string, from: Uint8Array | null, to: Uint8Array | null): Promise<void> {
    if (from === null) return;
    await this.#query((db) =>
      db
        .updateTable('encryption_keys')
        .set({ wrapped: to })
        .where('id', '=', id)
        .where('wrapped', '=', from)
        .execute(),
    );
  }

  /** Retires a key for good, unless it is active; also deletes its wrapped form. */
  async retire(id: string): Promise<boolean> {
    const result = await this.#query((db) =>
      db
        .updateTable('encryption_keys')
        .set({ state: 'retired', wrapped: null })
        .where('id', '=', id)
        .where('state', '=', 'decrypt-only')
        .executeTakeFirstOrThrow(),
    );
    return result.numUpdatedRows > 0n;
  }

  /** Revives a key that was provided again: it opens again what it wrapped. */
  async revive(id: string): Promise<void> {
    await this.#query((db) =>
      db
        .updateTable('encryption_keys')
        .set({ state: 'decrypt-only' })
        .where('id', '=', id)
        .where('state', '=', 'retired')
        .execute(),
    );
  }

  /** Queries in the background: no request waits, and a start must survive a slow server. */
  #query<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return this.#database.query(run, 'work');
  }

  /** Runs one transaction, whose first statement writes: other changes of keys wait for it. */
  #change(run: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
    const isShared = this.#database.writers === 'many';
    return this.#query((db) =>
      db.transaction().execute(async (transaction) => {
        if (isShared) {
          await sql`LOCK TABLE encryption_keys IN SHARE ROW EXCLUSIVE MODE`.execute(transaction);
        }
        await run(transaction);
      }),
    );
  }
}

/** Stores a key; false if another process has created a key of that name. */
async function putActive(db: Kysely<Schema>, row: EncryptionKeyRow): Promise<boolean> {
  const inserted = await db
    .insertInto('encryption_keys')
    .values({ ...row, state: 'active' })
    .onConflict((on) => on.column('id').doNothing())
    .executeTakeFirstOrThrow();
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) return true;
  const updated = await db
    .updateTable('encryption_keys')
    .set({ state: 'active' })
    .where('id', '=', row.id)
    .where('canary', '=', row.canary)
    .where('state', '=', 'decrypt-only')
    .executeTakeFirstOrThrow();
  return updated.numUpdatedRows > 0n;
}
