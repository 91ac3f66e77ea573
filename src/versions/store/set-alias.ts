import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import { changeStates } from './change-states.js';
import { heldPlans } from './held-versions.js';
import { putMarks } from './put-marks.js';
import { type HistoryRow, marksOf } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';
import { lockHistory } from './write-transaction.js';

/** History and name of an alias. */
export interface AliasPlace {
  readonly historyId: number;
  readonly alias: string;
}

const PENDING = 'pending';

/** Names a version, also `pending`; false if there is no such version. */
export async function setAlias(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { historyId, alias, version }: AliasPlace & { readonly version: number },
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
    await setPending(db, seals, { history, version });
    return true;
  }
  const former = await db
    .selectFrom('version_aliases')
    .select('mac')
    .where('history_id', '=', historyId)
    .where('alias', '=', alias)
    .executeTakeFirst();
  const mac = seals.aliasMac(history, { alias, version });
  await db
    .insertInto('version_aliases')
    .values({ history_id: historyId, alias, version, mac })
    .onConflict((on) => on.columns(['history_id', 'alias']).doUpdateSet({ version, mac }))
    .execute();
  const removed = former === undefined ? [] : [former.mac ?? new Uint8Array()];
  await putMarks(db, seals, history, {
    after: marksOf(history),
    change: { removed, added: [mac] },
  });
  return true;
}

/** Removes an alias; returns the version that had it. */
export async function removeAlias(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { historyId, alias }: AliasPlace,
): Promise<number | undefined> {
  const history = await lockHistory(db, historyId);
  if (history === undefined) return undefined;
  if (alias === PENDING) {
    await setPending(db, seals, { history, version: undefined });
    return history.pending_version ?? undefined;
  }
  const row = await db
    .deleteFrom('version_aliases')
    .where('history_id', '=', historyId)
    .where('alias', '=', alias)
    .returning(['version', 'mac'])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const change = { removed: [row.mac ?? new Uint8Array()], added: [] };
  await putMarks(db, seals, history, { after: marksOf(history), change });
  return row.version;
}

async function setPending(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { history, version }: { readonly history: HistoryRow; readonly version: number | undefined },
): Promise<void> {
  const before = marksOf(history);
  const after = { ...before, pendingVersion: version };
  const { id } = history;
  const changes = await changeStates(db, seals, heldPlans({ id, before, after }));
  await putMarks(db, seals, history, { after, change: changes.get(id) });
}
