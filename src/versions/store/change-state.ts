import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { VersionState } from '../domain/version.js';
import { changeStates, type StatePlan } from './change-states.js';
import { putMarks } from './put-marks.js';
import { type HistoryRow, marksOf, metadataBytes } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';
import { addBytes, addHistoryBytes, lockHistory } from './write-transaction.js';

export interface StateChange {
  readonly from: readonly VersionState[];
  readonly to: VersionState;
  readonly nowMs: number;
}

/** Position of a version. */
export interface VersionPlace {
  readonly historyId: number;
  readonly version: number;
}

/** Changes the state of a version in one of these states that is not current; reports if it did. */
export async function setState(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { historyId, version, from, to, nowMs }: VersionPlace & StateChange,
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
  const ended_ms = to === 'live' ? null : nowMs;
  const changed: StatePlan['changed'] = (state) => ({ ...state, state: to, ended_ms });
  await changeState(db, seals, { history, version, changed });
  if (to !== 'destroyed') return true;
  const bytes = metadataBytes(row);
  await db.updateTable('secret_versions').set({ bytes }).where('id', '=', row.id).execute();
  await db.deleteFrom('version_payloads').where('id', '=', row.id).execute();
  await addBytes(db, history.namespace_uid, bytes - row.bytes);
  await addHistoryBytes(db, historyId, bytes - row.bytes);
  return true;
}

/** Records that the credential of a version has ended, whatever its state. */
export async function setRetired(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { historyId, version }: VersionPlace,
): Promise<void> {
  const history = await lockHistory(db, historyId);
  if (history === undefined) return;
  const changed: StatePlan['changed'] = (state) => ({ ...state, is_retired: 1 });
  await changeState(db, seals, { history, version, changed });
}

async function changeState(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { history, version, changed }: Omit<StatePlan, 'historyId'> & { readonly history: HistoryRow },
): Promise<void> {
  const { id: historyId } = history;
  const changes = await changeStates(db, seals, [{ historyId, version, changed }]);
  const change = changes.get(historyId);
  if (change !== undefined) await putMarks(db, seals, history, { after: marksOf(history), change });
}
