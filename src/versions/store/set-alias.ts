import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import { holdVersions } from './held-versions.js';
import { type HistoryRow, marksOf } from './version-rows.js';
import { lockHistory } from './write-transaction.js';

const PENDING = 'pending';

/** Names a version, also `pending`; false where there is no such version. */
export async function setAlias(
  db: Kysely<Schema>,
  historyId: number,
  alias: string,
  version: number,
): Promise<boolean> {
  if (alias === 'current' || alias === 'previous') {
    throw new TypeError(`${alias} follows the Secret and is not set`);
  }
  const history = await lockHistory(db, historyId);
  const row = await db
    .selectFrom('secret_versions')
    .select('version')
    .where('history_id', '=', historyId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (history === undefined || row === undefined) return false;
  if (alias === PENDING) {
    await setPending(db, history, version);
    return true;
  }
  await db
    .insertInto('version_aliases')
    .values({ history_id: historyId, alias, version })
    .onConflict((on) => on.columns(['history_id', 'alias']).doUpdateSet({ version }))
    .execute();
  return true;
}

/** Takes a name away; returns which version had it. */
export async function removeAlias(
  db: Kysely<Schema>,
  historyId: number,
  alias: string,
): Promise<number | undefined> {
  const history = await lockHistory(db, historyId);
  if (history === undefined) return undefined;
  if (alias === PENDING) {
    await setPending(db, history, undefined);
    return history.pending_version ?? undefined;
  }
  const row = await db
    .deleteFrom('version_aliases')
    .where('history_id', '=', historyId)
    .where('alias', '=', alias)
    .returning('version')
    .executeTakeFirst();
  return row?.version;
}

async function setPending(
  db: Kysely<Schema>,
  history: HistoryRow,
  version: number | undefined,
): Promise<void> {
  const before = marksOf(history);
  await db
    .updateTable('secret_histories')
    .set({ pending_version: version ?? null })
    .where('id', '=', history.id)
    .execute();
  const after = { ...before, pendingVersion: version };
  await holdVersions(db, [{ id: history.id, before, after }]);
}
