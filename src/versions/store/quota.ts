import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { HistoryMinimums } from '../domain/history-minimums.js';
import { planQuota } from '../domain/plan-quota.js';
import { chunks } from './chunks.js';
import { deleteVersions } from './delete-versions.js';
import type { PlacedVersion } from './placed-versions.js';
import { putMarks } from './put-marks.js';
import { spareHistories } from './spare-versions.js';
import { marksOf } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';
import { addBytes } from './write-transaction.js';

export interface SpareWish {
  readonly namespaceUid: string;
  readonly bytes: number;
  readonly minimums: HistoryMinimums;
}

/**
 * Frees `bytes` of a namespace that the caller has locked, or as many as the minimums allow.
 * Repeatedly deletes the oldest version of the largest history. Numbers of deleted versions are not
 * assigned again.
 */
export async function takeSpare(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { namespaceUid, bytes, minimums }: SpareWish,
): Promise<readonly PlacedVersion[]> {
  const taken: PlacedVersion[] = [];
  let freed = 0;
  for (let round = 0; freed < bytes && round < limits.versionQuotaRoundsMax; round += 1) {
    const { histories, bytesMin } = await spareHistories(db, namespaceUid, minimums);
    const some = planQuota(histories, { bytes: bytes - freed, bytesMin });
    if (some.length === 0) break;
    freed += await deleteVersions(db, seals, some);
    await forgetPrevious(db, seals, some);
    taken.push(...some);
  }
  if (freed > 0) await addBytes(db, namespaceUid, -freed);
  return taken;
}

/** Clears the previous version: a long-deleted Secret without versions cannot be restored. */
async function forgetPrevious(
  db: Kysely<Schema>,
  seals: VersionSeals,
  taken: readonly PlacedVersion[],
): Promise<void> {
  const numbers = Map.groupBy(taken, (one) => one.history_id);
  for (const ids of chunks([...numbers.keys()])) {
    const rows = await db
      .selectFrom('secret_histories')
      .selectAll()
      .where('id', 'in', ids)
      .execute();
    for (const row of rows) {
      const versions = numbers.get(row.id) ?? [];
      if (!versions.some(({ version }) => version === row.previous_version)) continue;
      await putMarks(db, seals, row, { after: { ...marksOf(row), previousVersion: undefined } });
    }
  }
}
