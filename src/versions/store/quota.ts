import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Schema } from '../../storage/schema.js';
import type { Pruned } from '../domain/versions.store.js';
import { deleteVersions } from './delete-versions.js';
import { putMarks } from './put-marks.js';
import { marksOf } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';
import { placedVersions, type PlacedVersion, prunedOf } from './placed-versions.js';

interface Freed {
  readonly pruned: readonly Pruned[];
  readonly freed: number;
}

/**
 * Frees so many bytes of a namespace that the caller has locked: of all its histories the oldest
 * versions that nothing holds, then all versions of Secrets that are gone, those that went first
 * first. What is left is what lives; numbers that were given are not given again.
 */
export async function applyQuota(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { namespaceUid, excess }: { readonly namespaceUid: string; readonly excess: number },
): Promise<Freed> {
  const doomed: PlacedVersion[] = [];
  let freed = 0;
  while (freed < excess) {
    const some = await oldest(db, namespaceUid, excess - freed);
    if (some.length === 0) break;
    freed += await deleteVersions(db, seals, some);
    doomed.push(...some);
  }
  while (freed < excess) {
    const some = await emptyGoneHistory(db, seals, namespaceUid);
    if (some === undefined) break;
    freed += some.reduce((sum, { bytes }) => sum + bytes, 0);
    doomed.push(...some);
  }
  return { pruned: prunedOf(doomed, 'quota'), freed };
}

/** The oldest versions that free so many bytes, or part of them. */
async function oldest(
  db: Kysely<Schema>,
  namespaceUid: string,
  bytes: number,
): Promise<readonly PlacedVersion[]> {
  const candidates = await placedVersions(db)
    .where('secret_versions.namespace_uid', '=', namespaceUid)
    .where('held', '=', 0)
    .where('state', '<>', 'destroyed')
    .orderBy('secret_versions.id')
    .limit(limits.versionRowsAtOnceMax)
    .execute();
  let sum = 0;
  const enough = candidates.findIndex((one) => (sum += one.bytes) >= bytes);
  return enough === -1 ? candidates : candidates.slice(0, enough + 1);
}

/** What is left of a history without a live object goes; one that a rotation is about stays. */
async function emptyGoneHistory(
  db: Kysely<Schema>,
  seals: VersionSeals,
  namespaceUid: string,
): Promise<readonly PlacedVersion[] | undefined> {
  const gone = await db
    .selectFrom('secret_histories')
    .selectAll()
    .where('namespace_uid', '=', namespaceUid)
    .where('deleted_ms', 'is not', null)
    .where('previous_version', 'is not', null)
    .where('pending_version', 'is', null)
    .orderBy('deleted_ms')
    .limit(1)
    .executeTakeFirst();
  if (gone === undefined) return undefined;
  const versions = await placedVersions(db)
    .where('history_id', '=', gone.id)
    .orderBy('version')
    .execute();
  await putMarks(db, seals, gone, { after: { ...marksOf(gone), previousVersion: undefined } });
  await deleteVersions(db, seals, versions);
  return versions;
}
