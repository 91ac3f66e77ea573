import type { Selectable } from 'kysely';
import { limits } from '../../core/limits.js';
import type { RowIntegrity } from '../../encryption/row-integrity.js';
import type { RowScan, ScannedRow } from '../../encryption/row-scan.js';
import type { Database } from '../../storage/database.js';
import type { RotationPolicyTable } from '../../storage/rotation-schema.js';
import { authorValues, scheduleValues } from './policy-rows.js';
import type { RunRow } from './run-rows.js';
import { RunSeals, runValues } from './run-seals.js';

type PolicyRow = Selectable<RotationPolicyTable>;

/** What is known of all policies: their authors and their schedules. */
export class PolicyScan implements RowScan {
  readonly table = 'rotation_authors';
  readonly #database: Database;
  readonly #integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
  }

  async next(after: string): Promise<readonly ScannedRow[]> {
    const rows = await this.#database.query(
      (db) =>
        db
          .selectFrom('rotation_policies')
          .selectAll()
          .where('policy_uid', '>', after)
          .orderBy('policy_uid')
          .limit(limits.rowsCheckedAtOnceMax)
          .execute(),
      'work',
    );
    return rows.map((row) => this.#scanned(row));
  }

  #scanned(row: PolicyRow): ScannedRow {
    const { policy_uid: uid } = row;
    const integrity = this.#integrity;
    const [author, schedule] = [authorValues(row), scheduleValues(row)];
    const hasAuthor = row.author !== null || row.spec_hash !== null;
    const isAuthorOurs = integrity.isOurs('rotation_authors', author, row.author_mac);
    const hasSchedule = schedule.slice(1).some((value) => value !== null);
    const isScheduleOurs = integrity.isOurs('rotation_schedules', schedule, row.schedule_mac);
    return {
      key: uid,
      name: uid,
      isOurs: (!hasAuthor || isAuthorOurs) && (!hasSchedule || isScheduleOurs),
      adopt: async () => {
        const author_mac = integrity.macOf('rotation_authors', author);
        const schedule_mac = integrity.macOf('rotation_schedules', schedule);
        await this.#database.query((db) =>
          db
            .updateTable('rotation_policies')
            .set({ author_mac, schedule_mac })
            .where('policy_uid', '=', uid)
            .execute(),
        );
      },
    };
  }
}

/** All runs. */
export class RunScan implements RowScan {
  readonly table = 'rotation_runs';
  readonly #database: Database;
  readonly #integrity: RowIntegrity;
  readonly #seals: RunSeals;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
    this.#seals = new RunSeals(integrity);
  }

  async next(after: string): Promise<readonly ScannedRow[]> {
    const rows = await this.#database.query(
      (db) =>
        db
          .selectFrom('rotation_runs')
          .selectAll()
          .where('id', '>', after)
          .orderBy('id')
          .limit(limits.rowsCheckedAtOnceMax)
          .execute(),
      'work',
    );
    return rows.map((row) => this.#scanned(row));
  }

  #scanned(row: RunRow): ScannedRow {
    const { id, wish } = row;
    const values = runValues(row);
    const isRunOurs = this.#integrity.isOurs('rotation_runs', values, row.mac);
    const hasNone = wish === null && row.wish_mac === null;
    const isWishOurs = this.#integrity.isOurs('rotation_wishes', [id, wish], row.wish_mac);
    return {
      key: id,
      name: `${id} of ${row.namespace}/${row.name}`,
      isOurs: isRunOurs && (hasNone || isWishOurs),
      adopt: async () => {
        const mac = this.#integrity.macOf('rotation_runs', values);
        const wish_mac = wish === null ? null : this.#seals.wishMacOf({ id, wish });
        await this.#database.query((db) =>
          db.updateTable('rotation_runs').set({ mac, wish_mac }).where('id', '=', id).execute(),
        );
      },
    };
  }
}
