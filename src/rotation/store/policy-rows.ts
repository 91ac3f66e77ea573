import type { Selectable } from 'kysely';
import type { RowValue } from '../../encryption/domain/row-mac.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { RotationPolicyTable } from '../../platform/storage/rotation-schema.js';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';
import type { PolicyRow } from '../domain/rotation.store.js';
import { storable, wholeNumber } from '../../platform/storage/storable.js';
import type { RunDatabase } from './run-database.js';

type Row = Selectable<RotationPolicyTable>;
type Schedule = Pick<PolicyRow, 'scheduleHash' | 'nextRunMs' | 'lastDueMs'>;

/** Facts about policies that are not in their cluster objects. */
export class PolicyRows {
  readonly #database: RunDatabase;
  readonly #integrity: RowIntegrity;

  constructor(database: RunDatabase, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
  }

  async get(policyUid: string): Promise<PolicyRow | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('rotation_policies')
        .selectAll()
        .where('policy_uid', '=', storable(policyUid))
        .executeTakeFirst(),
    );
    return row && this.#policyOf(row);
  }

  async all(): Promise<readonly PolicyRow[]> {
    const rows = await this.#database.inBackground((db) =>
      db.selectFrom('rotation_policies').selectAll().orderBy('policy_uid').execute(),
    );
    return rows.map((row) => this.#policyOf(row));
  }

  async saveAuthor(
    policyUid: string,
    { specHash, author }: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void> {
    const columns = { spec_hash: storable(specHash), author: JSON.stringify(author) };
    const values = authorValues({ policy_uid: storable(policyUid), ...columns });
    const author_mac = this.#integrity.macOf('rotation_authors', values);
    await this.#put(policyUid, { ...columns, author_mac });
  }

  async saveSchedule(policyUid: string, schedule: Schedule): Promise<void> {
    await this.#put(policyUid, this.#scheduleColumns(policyUid, schedule));
  }

  async moveSchedule(
    policyUid: string,
    from: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs'>,
    to: Pick<PolicyRow, 'nextRunMs' | 'lastDueMs'>,
  ): Promise<boolean> {
    const { scheduleHash } = from;
    const columns = this.#scheduleColumns(policyUid, { ...to, scheduleHash });
    const { numUpdatedRows } = await this.#database.inBackground((db) =>
      db
        .updateTable('rotation_policies')
        .set(columns)
        .where('policy_uid', '=', storable(policyUid))
        .where('schedule_hash', 'is not distinct from', columns.schedule_hash)
        .where('next_run_ms', 'is not distinct from', time(from.nextRunMs))
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  async remove(policyUid: string): Promise<void> {
    await this.#database.query((db) =>
      db.deleteFrom('rotation_policies').where('policy_uid', '=', storable(policyUid)).execute(),
    );
  }

  #scheduleColumns(policyUid: string, { scheduleHash, nextRunMs, lastDueMs }: Schedule) {
    const columns = {
      schedule_hash: scheduleHash === null ? null : storable(scheduleHash),
      next_run_ms: time(nextRunMs),
      last_due_ms: time(lastDueMs),
    };
    const values = scheduleValues({ policy_uid: storable(policyUid), ...columns });
    return { ...columns, schedule_mac: this.#integrity.macOf('rotation_schedules', values) };
  }

  /** Returns a policy; an author or a schedule that no gateway has written counts as absent. */
  #policyOf(row: Row): PolicyRow {
    const isAuthorOurs = this.#isAuthorOurs(row);
    const isScheduleOurs = this.#isScheduleOurs(row);
    return {
      policyUid: row.policy_uid,
      specHash: isAuthorOurs ? row.spec_hash : null,
      scheduleHash: isScheduleOurs ? row.schedule_hash : null,
      // The gateway's own JSON, which its MAC proves.
      author:
        isAuthorOurs && row.author !== null
          ? (JSON.parse(row.author) as PolicyRow['author'])
          : null,
      nextRunMs: isScheduleOurs ? row.next_run_ms : null,
      lastDueMs: isScheduleOurs ? row.last_due_ms : null,
    };
  }

  #isAuthorOurs(row: Row): boolean {
    if (row.spec_hash === null && row.author === null) return true;
    const { policy_uid: name, author_mac: mac } = row;
    return this.#integrity.holds('rotation_authors', { name, values: authorValues(row), mac });
  }

  #isScheduleOurs(row: Row): boolean {
    const { policy_uid: name, schedule_hash, next_run_ms, last_due_ms, schedule_mac: mac } = row;
    if (schedule_hash === null && next_run_ms === null && last_due_ms === null) return true;
    const values = scheduleValues(row);
    return this.#integrity.holds('rotation_schedules', { name, values, mac });
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

/** Returns the authenticated values of an author and a spec. */
export function authorValues(
  row: Pick<Row, 'policy_uid' | 'spec_hash' | 'author'>,
): readonly RowValue[] {
  return [row.policy_uid, row.spec_hash, row.author];
}

/** Returns the authenticated values of a schedule and its due times. */
export function scheduleValues(
  row: Pick<Row, 'policy_uid' | 'schedule_hash' | 'next_run_ms' | 'last_due_ms'>,
): readonly RowValue[] {
  return [row.policy_uid, row.schedule_hash, row.next_run_ms, row.last_due_ms];
}

function time(ms: number | null): number | null {
  return ms === null ? null : wholeNumber(ms);
}
