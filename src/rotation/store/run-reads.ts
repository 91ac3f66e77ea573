import { type Kysely, sql } from 'kysely';
import { IntegrityError } from '../../encryption/domain/integrity-error.js';
import type { Schema } from '../../platform/storage/schema.js';
import { nowSql } from '../../platform/storage/now-sql.js';
import type { RotatedSecret, RotationRun } from '../domain/rotation-run.js';
import type { RunValues } from '../domain/rotation.store.js';
import { storable } from '../../platform/storage/storable.js';
import type { RunDatabase } from './run-database.js';
import type { RunSeals } from './run-seals.js';
import type { SealedValues } from './run-values.js';

export interface RunPage {
  readonly limit: number;
  readonly before?: string;
}

/** Reads runs and their values. */
export class RunReads {
  readonly #database: RunDatabase;
  readonly #sealed: SealedValues;
  readonly #seals: RunSeals;

  constructor(database: RunDatabase, sealed: SealedValues, seals: RunSeals) {
    this.#database = database;
    this.#sealed = sealed;
    this.#seals = seals;
  }

  async find(secret: RotatedSecret, id: string): Promise<RotationRun | undefined> {
    const row = await this.#database.query((db) =>
      runsOf(db, secret).where('id', '=', storable(id)).executeTakeFirst(),
    );
    return row && this.#seals.read(row);
  }

  async active(secret: RotatedSecret): Promise<RotationRun | undefined> {
    const row = await this.#database.query((db) =>
      runsOf(db, secret).where('ended_ms', 'is', null).executeTakeFirst(),
    );
    return row && this.#seals.read(row);
  }

  async list(secret: RotatedSecret, { limit, before }: RunPage): Promise<readonly RotationRun[]> {
    const rows = await this.#database.query((db) =>
      runsOf(db, secret)
        .$if(before !== undefined, (query) =>
          query.where(
            sql<boolean>`(started_ms, id) < (SELECT last.started_ms, last.id
              FROM rotation_runs AS last WHERE last.id = ${storable(before ?? '')})`,
          ),
        )
        .orderBy('started_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    );
    return this.#seals.readAll(rows);
  }

  async due(
    nowMs: number,
    limit: number,
    after?: Pick<RotationRun, 'dueMs' | 'id'>,
  ): Promise<readonly RotationRun[]> {
    const rows = await this.#database.inBackground((db) =>
      db
        .selectFrom('rotation_runs')
        .selectAll()
        .where('ended_ms', 'is', null)
        .where('due_ms', '<=', nowMs)
        .where('lease_until_ms', '<=', nowSql(this.#database.dialect))
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(due_ms, id) > (CAST(${after?.dueMs ?? 0} AS bigint),
              CAST(${storable(after?.id ?? '')} AS text))`,
          ),
        )
        .orderBy('due_ms')
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return this.#seals.readAll(rows);
  }

  async values(run: RotationRun): Promise<RunValues | undefined> {
    const row = await this.#database.inBackground((db) =>
      db
        .selectFrom('rotation_values')
        .select(['key_id', 'wrapped_key', 'ciphertext'])
        .where('run_id', '=', storable(run.id))
        .executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    const { key_id: keyId, wrapped_key: wrappedKey, ciphertext } = row;
    return this.#sealed.open(run, { keyId, wrappedKey, ciphertext });
  }

  /** Returns values of ended runs, newest first. Damaged values are left out and block no run. */
  async keptValues(secret: RotatedSecret, limit: number): Promise<readonly RunValues[]> {
    const rows = await this.#database.inBackground((db) =>
      runsOf(db, secret)
        .innerJoin('rotation_values as v', 'v.run_id', 'rotation_runs.id')
        .select(['v.key_id', 'v.wrapped_key', 'v.ciphertext'])
        .where('ended_ms', 'is not', null)
        .orderBy('started_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    );
    const opened: RunValues[] = [];
    for (const row of rows) {
      const { key_id: keyId, wrapped_key: wrappedKey, ciphertext } = row;
      const sealed = { keyId, wrappedKey, ciphertext };
      const run = this.#seals.read(row);
      const values = run && (await this.#sealed.open(run, sealed).catch(unlessDamaged));
      if (values !== undefined) opened.push(values);
    }
    return opened;
  }
}

function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof IntegrityError)) throw error;
}

function runsOf(db: Kysely<Schema>, { namespaceUid, name }: RotatedSecret) {
  return db
    .selectFrom('rotation_runs')
    .selectAll('rotation_runs')
    .where('namespace_uid', '=', storable(namespaceUid))
    .where('name', '=', storable(name));
}
