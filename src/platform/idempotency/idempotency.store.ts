import type { Kysely, Selectable } from 'kysely';
import type { RowValue } from '../../encryption/domain/row-mac.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { Database } from '../storage/database.js';
import type { IdempotencyRecordTable, Schema } from '../storage/schema.js';
import type {
  IdempotencyRecord,
  IdempotencySlot,
  IdempotentAnswer,
} from './domain/idempotency-record.js';

const TABLE = 'idempotency_records';

/** Records of keyed writes in the database. */
export class IdempotencyStore {
  readonly #database: Database;
  readonly #integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
  }

  async find(slot: IdempotencySlot): Promise<IdempotencyRecord | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('idempotency_records')
        .selectAll()
        .where((eb) => eb.and(columnsOf(slot)))
        .executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const { mac, ...columns } = row;
    const name = `${row.credential_id} ${row.route}`;
    const isOurs = this.#integrity.holds(TABLE, { name, values: valuesIn(columns), mac });
    return isOurs ? recordOf(row) : { ...foreignRecord(row), isForeign: true };
  }

  /** Returns the number of records of a credential, counted up to `max`. */
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

  /**
   * Replaces the record that was found in the slot; returns false if another process changed the
   * slot first.
   */
  async take(
    slot: IdempotencySlot,
    record: IdempotencyRecord,
    found: IdempotencyRecord | undefined,
  ): Promise<boolean> {
    const values = this.#valuesOf(slot, record);
    const result = await this.#database.query((db) =>
      db
        .insertInto('idempotency_records')
        .values({ ...columnsOf(slot), ...values })
        .onConflict((on) => {
          const taken = on.columns(['credential_id', 'route', 'key']);
          if (found === undefined) return taken.doNothing();
          return taken
            .doUpdateSet(values)
            .where('idempotency_records.boot_id', '=', found.bootId)
            .where('idempotency_records.created_ms', '=', found.createdMs)
            .where('idempotency_records.state', '=', found.state);
        })
        .executeTakeFirstOrThrow(),
    );
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** Records the outcome of a run, unless another run has taken the slot since. */
  async conclude(slot: IdempotencySlot, record: IdempotencyRecord): Promise<void> {
    await this.#database.query((db) =>
      db
        .updateTable('idempotency_records')
        .set(this.#valuesOf(slot, record))
        .where((eb) => eb.and(runOf(slot, record)))
        .execute(),
    );
  }

  /** Frees the slot of a run that changed nothing, on the same condition. */
  async free(slot: IdempotencySlot, record: IdempotencyRecord): Promise<void> {
    await this.#database.query((db) =>
      db
        .deleteFrom('idempotency_records')
        .where((eb) => eb.and(runOf(slot, record)))
        .execute(),
    );
  }

  /** Deletes at most `max` records older than this; returns their number. */
  async purge(beforeMs: number, max: number): Promise<number> {
    const result = await this.#database.query((db) => purgeQuery(db, beforeMs, max));
    return Number(result.numDeletedRows);
  }

  #valuesOf(slot: IdempotencySlot, record: IdempotencyRecord) {
    const values = valuesOf(record);
    const mac = this.#integrity.macOf(TABLE, valuesIn({ ...columnsOf(slot), ...values }));
    return { ...values, mac };
  }
}

/** Returns all values of a record that its MAC covers. */
function valuesIn(row: Omit<Selectable<IdempotencyRecordTable>, 'mac'>): readonly RowValue[] {
  const { credential_id, route, key, fingerprint, state, boot_id, answer, created_ms } = row;
  return [credential_id, route, key, fingerprint, state, boot_id, answer, created_ms];
}

/** Returns the fields that identify the row, without its response. */
function foreignRecord(row: Selectable<IdempotencyRecordTable>): IdempotencyRecord {
  const { fingerprint, state, boot_id: bootId, created_ms: createdMs } = row;
  return { fingerprint, state, bootId, createdMs };
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

function valuesOf({ fingerprint, state, bootId, answer, createdMs }: IdempotencyRecord) {
  return {
    fingerprint,
    state,
    boot_id: bootId,
    answer: answer === undefined ? null : JSON.stringify(answer),
    created_ms: createdMs,
  };
}

function runOf(slot: IdempotencySlot, { bootId, createdMs }: IdempotencyRecord) {
  return { ...columnsOf(slot), boot_id: bootId, created_ms: createdMs };
}

function columnsOf({ credentialId, route, key }: IdempotencySlot) {
  return { credential_id: credentialId, route, key };
}

function recordOf(row: Selectable<IdempotencyRecordTable>): IdempotencyRecord {
  return {
    fingerprint: row.fingerprint,
    state: row.state,
    bootId: row.boot_id,
    // Our own JSON, created from this type.
    ...(row.answer !== null && { answer: JSON.parse(row.answer) as IdempotentAnswer }),
    createdMs: row.created_ms,
  };
}
