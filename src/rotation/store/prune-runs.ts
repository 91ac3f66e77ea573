import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotatedSecret } from '../domain/rotation-run.js';
import { storable } from '../../platform/storage/storable.js';
import type { RunDatabase } from './run-database.js';

/**
 * Deletes ended runs of a Secret beyond the newest, except runs whose values are retained; `keep` 0
 * deletes these as well. Deletes one run at a time, so that it blocks nobody.
 */
export async function pruneRuns(
  database: RunDatabase,
  { namespaceUid, name }: RotatedSecret,
  keep: number,
): Promise<void> {
  const rows = await database.inBackground((db) =>
    db
      .selectFrom('rotation_runs as r')
      .leftJoin('rotation_values as v', 'v.run_id', 'r.id')
      .select(['r.id', 'v.key_id'])
      .where('r.namespace_uid', '=', storable(namespaceUid))
      .where('r.name', '=', storable(name))
      .where('r.ended_ms', 'is not', null)
      .orderBy('r.started_ms', 'desc')
      .orderBy('r.id', 'desc')
      .limit(rotationLimits.prunedRunsMax)
      .offset(keep)
      .execute(),
  );
  const surplus = rows.filter(({ key_id: keyId }) => keyId === null || keep === 0);
  for (const { id } of surplus) {
    await database.inBackground((db) =>
      db.deleteFrom('rotation_runs').where('id', '=', id).execute(),
    );
  }
}
