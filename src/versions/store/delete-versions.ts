import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import { isLater } from '../domain/plan-record.js';
import { chunks } from './chunks.js';
import type { VersionRow } from './version-rows.js';

export type DoomedVersion = Pick<
  VersionRow,
  'id' | 'history_id' | 'version' | 'bytes' | 'secret_uid' | 'resource_version'
>;

/**
 * Deletes versions with their payloads and aliases, and writes down which state of each history was
 * the latest of them. Returns the bytes that they took; the caller keeps the sum.
 */
export async function deleteVersions(
  db: Kysely<Schema>,
  doomed: readonly DoomedVersion[],
): Promise<number> {
  for (const some of chunks(doomed)) {
    await db
      .deleteFrom('secret_versions')
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
  }
  const ofHistories = Map.groupBy(doomed, (one) => one.history_id);
  for (const [historyId, versions] of ofHistories) await markPruned(db, historyId, versions);
  return doomed.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function markPruned(
  db: Kysely<Schema>,
  historyId: number,
  versions: readonly DoomedVersion[],
): Promise<void> {
  const row = await db
    .selectFrom('secret_histories')
    .select(['pruned_version', 'pruned_uid', 'pruned_resource_version'])
    .where('id', '=', historyId)
    .executeTakeFirst();
  if (row === undefined) return;
  let mark = row;
  for (const { version, secret_uid: uid, resource_version: at } of versions) {
    const isSame = mark.pruned_uid === uid;
    if (isSame && !isLater(at, mark.pruned_resource_version ?? undefined)) continue;
    if (!isSame && version < (mark.pruned_version ?? 0)) continue;
    mark = { pruned_version: version, pruned_uid: uid, pruned_resource_version: at };
  }
  if (mark === row) return;
  await db.updateTable('secret_histories').set(mark).where('id', '=', historyId).execute();
}
