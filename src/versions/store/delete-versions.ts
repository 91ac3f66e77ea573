import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import { isLater } from '../domain/plan-record.js';
import { chunks } from './chunks.js';
import type { HistoryRow, VersionRow } from './version-rows.js';

export type DoomedVersion = Pick<
  VersionRow,
  'id' | 'history_id' | 'version' | 'bytes' | 'secret_uid' | 'resource_version'
>;

type PrunedMark = Pick<HistoryRow, 'pruned_version' | 'pruned_uid' | 'pruned_resource_version'>;

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
  for (const some of chunks([...ofHistories])) await markPruned(db, new Map(some));
  return doomed.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Takes doomed versions by history. */
async function markPruned(
  db: Kysely<Schema>,
  ofHistories: ReadonlyMap<number, readonly DoomedVersion[]>,
): Promise<void> {
  const rows = await db
    .selectFrom('secret_histories')
    .select(['id', 'pruned_version', 'pruned_uid', 'pruned_resource_version'])
    .where('id', 'in', [...ofHistories.keys()])
    .execute();
  for (const { id, ...before } of rows) {
    const mark = (ofHistories.get(id) ?? []).reduce(laterMark, before);
    if (mark === before) continue;
    await db.updateTable('secret_histories').set(mark).where('id', '=', id).execute();
  }
}

/** The later state of two that are pruned. */
function laterMark(mark: PrunedMark, doomed: DoomedVersion): PrunedMark {
  const { version, secret_uid: uid, resource_version: at } = doomed;
  const isSame = mark.pruned_uid === uid;
  if (isSame && !isLater(at, mark.pruned_resource_version ?? undefined)) return mark;
  if (!isSame && version < (mark.pruned_version ?? 0)) return mark;
  return { pruned_version: version, pruned_uid: uid, pruned_resource_version: at };
}
