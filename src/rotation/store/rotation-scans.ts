import type { Kysely, Selectable } from 'kysely';
import { type ScannedRow, TableScan } from '../../encryption/row-scan.js';
import type { RotationPolicyTable } from '../../platform/storage/rotation-schema.js';
import type { Schema } from '../../platform/storage/schema.js';
import { authorValues, scheduleValues } from './policy-rows.js';
import type { RunRow } from './run-rows.js';
import { runValues } from './run-seals.js';

type PolicyRow = Selectable<RotationPolicyTable>;

/** Scan of all policies' facts: authors and schedules. */
export class PolicyScan extends TableScan<PolicyRow> {
  override readonly table = 'rotation_authors';

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('rotation_policies').selectAll();
    return all.where('policy_uid', '>', after).orderBy('policy_uid').limit(count).execute();
  }

  protected override scanned(row: PolicyRow): ScannedRow {
    const { policy_uid: uid } = row;
    const { integrity } = this;
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
        await this.database.query((db) =>
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

/** Scan of all runs. */
export class RunScan extends TableScan<RunRow> {
  override readonly table = 'rotation_runs';

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('rotation_runs').selectAll();
    return all.where('id', '>', after).orderBy('id').limit(count).execute();
  }

  protected override scanned(row: RunRow): ScannedRow {
    const { id, wish } = row;
    const values = runValues(row);
    const isRunOurs = this.integrity.isOurs('rotation_runs', values, row.mac);
    const hasNone = wish === null && row.wish_mac === null;
    const isWishOurs = this.integrity.isOurs('rotation_wishes', [id, wish], row.wish_mac);
    return {
      key: id,
      name: `${id} of ${row.namespace}/${row.name}`,
      isOurs: isRunOurs && (hasNone || isWishOurs),
      adopt: async () => {
        const mac = this.integrity.macOf('rotation_runs', values);
        const wish_mac = wish === null ? null : this.integrity.macOf('rotation_wishes', [id, wish]);
        await this.database.query((db) =>
          db.updateTable('rotation_runs').set({ mac, wish_mac }).where('id', '=', id).execute(),
        );
      },
    };
  }
}
