import type { Selectable } from 'kysely';
import type { RotationPolicyTable } from '../../storage/rotation-schema.js';
import type { KnownAuthor, PolicyRow } from '../domain/rotation.store.js';
import { storable, wholeNumber } from './domain/storable.js';
import type { RunDatabase } from './run-database.js';

type Row = Selectable<RotationPolicyTable>;
type Schedule = Pick<PolicyRow, 'scheduleHash' | 'nextRunMs' | 'lastDueMs'>;

/** What is known of policies beside their objects in the cluster. */
export class PolicyRows {
  readonly #database: RunDatabase;

  constructor(database: RunDatabase) {
    this.#database = database;
  }

  async get(policyUid: string): Promise<PolicyRow | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('rotation_policies')
        .selectAll()
        .where('policy_uid', '=', storable(policyUid))
        .executeTakeFirst(),
    );
    return row && policyOf(row);
  }

  async all(): Promise<readonly PolicyRow[]> {
    const rows = await this.#database.inBackground((db) =>
      db.selectFrom('rotation_policies').selectAll().orderBy('policy_uid').execute(),
    );
    return rows.map(policyOf);
  }

  async saveAuthor(
    policyUid: string,
    { specHash, author }: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void> {
    const hash = storable(specHash);
    await this.#put(policyUid, { spec_hash: hash, author: JSON.stringify(author) });
  }

  async saveSchedule(
    policyUid: string,
    { scheduleHash, nextRunMs, lastDueMs }: Schedule,
  ): Promise<void> {
    await this.#put(policyUid, {
      schedule_hash: scheduleHash === null ? null : storable(scheduleHash),
      next_run_ms: time(nextRunMs),
      last_due_ms: time(lastDueMs),
    });
  }

  async moveSchedule(
    policyUid: string,
    from: number | null,
    to: Pick<PolicyRow, 'nextRunMs' | 'lastDueMs'>,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.inBackground((db) =>
      db
        .updateTable('rotation_policies')
        .set({ next_run_ms: time(to.nextRunMs), last_due_ms: time(to.lastDueMs) })
        .where('policy_uid', '=', storable(policyUid))
        .where('next_run_ms', 'is not distinct from', time(from))
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  async remove(policyUid: string): Promise<void> {
    await this.#database.query((db) =>
      db.deleteFrom('rotation_policies').where('policy_uid', '=', storable(policyUid)).execute(),
    );
  }

  async #put(policyUid: string, columns: Partial<Omit<Row, 'policy_uid'>>): Promise<void> {
    await this.#database.query((db) =>
      db
        .insertInto('rotation_policies')
        .values({ policy_uid: storable(policyUid), ...columns })
        .onConflict((on) => on.column('policy_uid').doUpdateSet(columns))
        .execute(),
    );
  }
}

function policyOf(row: Row): PolicyRow {
  return {
    policyUid: row.policy_uid,
    specHash: row.spec_hash,
    scheduleHash: row.schedule_hash,
    // Our own JSON, made from this type.
    author: row.author === null ? null : (JSON.parse(row.author) as PolicyRow['author']),
    nextRunMs: row.next_run_ms,
    lastDueMs: row.last_due_ms,
  };
}

function time(ms: number | null): number | null {
  return ms === null ? null : wholeNumber(ms);
}
