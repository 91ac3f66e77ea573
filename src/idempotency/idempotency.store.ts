import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../storage/database.js';
import type { IdempotencyRecordTable, Schema } from '../storage/schema.js';
import type {
  IdempotencyRecord,
  IdempotencySlot,
  IdempotentAnswer,
} from './domain/idempotency-record.js';

/** Records of keyed writes in the database. */
export class IdempotencyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(slot: IdempotencySlot): Promise<IdempotencyRecord | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('idempotency_records')
        .selectAll()
        .where((eb) => eb.and(columnsOf(slot)))
        .executeTakeFirst(),
    );
    return row && recordOf(row);
  }

  /** How many records a credential has, counted up to `max`. */
  async count(credentialId: string, max: number): Promise<number> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('idempotency_records')
        .select('key')
        .where('credential_id', '=', credentialId)
        .limit(max)
        .execute(),
    );
    return rows.length;
  }

  /** Puts a record in the slot, in place of any that is there. */
  async put(slot: IdempotencySlot, record: IdempotencyRecord): Promise<void> {
    const { fingerprint, state, bootId, answer, createdMs } = record;
    const values = {
      fingerprint,
      state,
      boot_id: bootId,
      answer: answer === undefined ? null : JSON.stringify(answer),
      created_ms: createdMs,
    };
    await this.#database.query((db) =>
      db
        .insertInto('idempotency_records')
        .values({ ...columnsOf(slot), ...values })
        .onConflict((on) => on.columns(['credential_id', 'route', 'key']).doUpdateSet(values))
        .execute(),
    );
  }

  async delete(slot: IdempotencySlot): Promise<void> {
    await this.#database.query((db) =>
      db
        .deleteFrom('idempotency_records')
        .where((eb) => eb.and(columnsOf(slot)))
        .execute(),
    );
  }

  /** Deletes at most `max` records older than this; returns how many. */
  async purge(beforeMs: number, max: number): Promise<number> {
    const result = await this.#database.query((db) => purgeQuery(db, beforeMs, max));
    return Number(result.numDeletedRows);
  }
}

function purgeQuery(db: Kysely<Schema>, beforeMs: number, max: number) {
  return db
    .deleteFrom('idempotency_records')
    .where((eb) =>
      eb(
        eb.refTuple('credential_id', 'route', 'key'),
        'in',
        eb
          .selectFrom('idempotency_records')
          .select(['credential_id', 'route', 'key'])
          .where('created_ms', '<', beforeMs)
          .orderBy('created_ms')
          .limit(max)
          .$asTuple('credential_id', 'route', 'key'),
      ),
    )
    .executeTakeFirstOrThrow();
}

function columnsOf({ credentialId, route, key }: IdempotencySlot) {
  return { credential_id: credentialId, route, key };
}

function recordOf(row: Selectable<IdempotencyRecordTable>): IdempotencyRecord {
  return {
    fingerprint: row.fingerprint,
    state: row.state,
    bootId: row.boot_id,
    // Our own JSON, made from this type.
    ...(row.answer !== null && { answer: JSON.parse(row.answer) as IdempotentAnswer }),
    createdMs: row.created_ms,
  };
}
