import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { Pruned, Sweep, Swept } from '../domain/versions.store.js';
import { deleteVersions } from './delete-versions.js';
import { placedVersions, type PlacedVersion, prunedOf } from './placed-versions.js';
import { hasNoAlias } from './prunable.js';
import { putMarks } from './put-marks.js';
import { marksOf } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';
import { addBytes, lockNamespaces, writeHistories } from './write-transaction.js';

/** Checks this number of rows in the order of their ids, and deletes those that are too old. */
export async function sweepAged(
  database: Database,
  seals: VersionSeals,
  { beforeMs, afterId }: Sweep,
): Promise<Swept> {
  // No transaction: the deletion checks each row again after it has locked the history.
  const rows = await database.query(
    (db) =>
      db
        .selectFrom('secret_versions')
        .select(['id', 'namespace_uid', 'held', 'state', 'created_ms'])
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limits.versionRowsAtOnceMax)
        .execute(),
    'work',
  );
  const old = rows.filter((row) => {
    return row.held === 0 && row.state !== 'destroyed' && row.created_ms < beforeMs;
  });
  const last = rows.length < limits.versionRowsAtOnceMax ? undefined : rows.at(-1)?.id;
  if (old.length === 0) return { pruned: [], lastId: last };
  const ids = old.map(({ id }) => id);
  const pruned = await writeHistories(database, async (db) => {
    await lockNamespaces(
      db,
      old.map((row) => row.namespace_uid),
    );
    const doomed = await placedVersions(db)
      .where('secret_versions.id', 'in', ids)
      .where('held', '=', 0)
      .where('state', '<>', 'destroyed')
      .where('created_ms', '<', beforeMs)
      .where(hasNoAlias)
      .orderBy('secret_versions.id')
      .execute();
    return take(db, seals, doomed);
  });
  return { pruned, lastId: last };
}

/**
 * Deletes part of the histories of a deleted namespace in which every version is too old, even held
 * versions: the namespace does not come back.
 */
export async function sweepGone(
  database: Database,
  seals: VersionSeals,
  { namespaceUid, beforeMs }: { readonly namespaceUid: string; readonly beforeMs: number },
): Promise<readonly Pruned[]> {
  const find = (db: Kysely<Schema>) => agedOut(db, namespaceUid, beforeMs).execute();
  if ((await database.query(find, 'work')).length === 0) return [];
  return writeHistories(database, async (db) => {
    await lockNamespaces(db, [namespaceUid]);
    const doomed = await find(db);
    const ids = [...new Set(doomed.map((row) => row.history_id))];
    if (ids.length === 0) return [];
    await letGo(db, seals, { ids, beforeMs });
    return take(db, seals, doomed);
  });
}

function agedOut(db: Kysely<Schema>, namespaceUid: string, beforeMs: number) {
  return placedVersions(db)
    .where('secret_histories.namespace_uid', '=', namespaceUid)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('secret_versions as young')
            .select('young.id')
            .whereRef('young.history_id', '=', 'secret_histories.id')
            .where('young.created_ms', '>=', beforeMs),
        ),
      ),
    )
    .orderBy('history_id')
    .orderBy('version')
    .limit(limits.versionRowsAtOnceMax);
}

/** Removes all holds of histories. */
async function letGo(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { ids, beforeMs }: { readonly ids: readonly number[]; readonly beforeMs: number },
): Promise<void> {
  const rows = await db.selectFrom('secret_histories').selectAll().where('id', 'in', ids).execute();
  const none = { currentVersion: undefined, previousVersion: undefined, pendingVersion: undefined };
  for (const row of rows) {
    const marks = marksOf(row);
    const after = { ...marks, ...none, deletedMs: marks.deletedMs ?? beforeMs };
    await putMarks(db, seals, row, { after });
  }
}

/** Deletes versions; the caller has locked their namespaces. */
async function take(
  db: Kysely<Schema>,
  seals: VersionSeals,
  doomed: readonly PlacedVersion[],
): Promise<readonly Pruned[]> {
  await deleteVersions(db, seals, doomed);
  const byNamespace = Map.groupBy(doomed, (row) => row.namespace_uid);
  for (const [uid, rows] of byNamespace) {
    await addBytes(db, uid, -rows.reduce((sum, { bytes }) => sum + bytes, 0));
  }
  return prunedOf(doomed, 'age');
}
