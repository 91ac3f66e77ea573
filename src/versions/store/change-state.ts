import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import type { VersionState } from '../domain/version.js';
import { metadataBytes } from './version-rows.js';
import { addBytes, lockHistory } from './write-transaction.js';

export interface StateChange {
  readonly from: readonly VersionState[];
  readonly to: VersionState;
  readonly nowMs: number;
}

/** Changes the state of a version that is in one of these and not current; says whether it did. */
export async function setState(
  db: Kysely<Schema>,
  historyId: number,
  version: number,
  { from, to, nowMs }: StateChange,
): Promise<boolean> {
  const history = await lockHistory(db, historyId);
  if (history === undefined || history.current_version === version) return false;
  const row = await db
    .selectFrom('secret_versions')
    .select(['id', 'state', 'labels', 'keys', 'annotations', 'bytes'])
    .where('history_id', '=', historyId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined || !from.includes(row.state)) return false;
  const bytes = to === 'destroyed' ? metadataBytes(row) : row.bytes;
  await db
    .updateTable('secret_versions')
    .set({ state: to, ended_ms: to === 'live' ? null : nowMs, bytes })
    .where('id', '=', row.id)
    .execute();
  if (to !== 'destroyed') return true;
  await db.deleteFrom('version_payloads').where('id', '=', row.id).execute();
  await addBytes(db, history.namespace_uid, bytes - row.bytes);
  return true;
}

/** Notes that the credential of a version has ended, whatever its state. */
export async function setRetired(
  db: Kysely<Schema>,
  historyId: number,
  version: number,
): Promise<void> {
  await db
    .updateTable('secret_versions')
    .set({ is_retired: 1 })
    .where('history_id', '=', historyId)
    .where('version', '=', version)
    .execute();
}
