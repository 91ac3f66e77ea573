import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { HistoryRow } from './version-rows.js';
import { stateElement, type VersionSeals } from './version-seals.js';
import { lockHistory, writeHistories } from './write-transaction.js';

/** Seals a history as it is: an operator confirms that all of it is the gateway's. */
export function adoptHistory(
  database: Database,
  seals: VersionSeals,
  historyId: number,
): Promise<void> {
  return writeHistories(database, async (db) => {
    const history = await lockHistory(db, historyId);
    if (history === undefined) return;
    const versions = await adoptVersions(db, seals, history);
    const aliases = await adoptAliases(db, seals, history);
    const seal = seals.sealAnew(history, [...versions, ...aliases]);
    await db.updateTable('secret_histories').set(seal).where('id', '=', historyId).execute();
  });
}

/** Returns the versions' elements in the digest. */
async function adoptVersions(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { id, name }: HistoryRow,
): Promise<readonly Uint8Array[]> {
  const elements: Uint8Array[] = [];
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('secret_versions')
      .selectAll()
      .where('history_id', '=', id)
      .where('version', '>', after)
      .orderBy('version')
      .limit(limits.versionRowsAtOnceMax)
      .execute();
    for (const row of rows) {
      const mac = seals.factsMac(name, row);
      const state_mac = seals.stateMac(mac, row);
      await db
        .updateTable('secret_versions')
        .set({ mac, state_mac })
        .where('id', '=', row.id)
        .execute();
      elements.push(stateElement({ state_mac }));
    }
    after = rows.at(-1)?.version ?? after;
    if (rows.length < limits.versionRowsAtOnceMax) return elements;
  }
}

async function adoptAliases(
  db: Kysely<Schema>,
  seals: VersionSeals,
  history: HistoryRow,
): Promise<readonly Uint8Array[]> {
  const rows = await db
    .selectFrom('version_aliases')
    .selectAll()
    .where('history_id', '=', history.id)
    .execute();
  const elements: Uint8Array[] = [];
  for (const row of rows) {
    const mac = seals.aliasMac(history, row);
    await db
      .updateTable('version_aliases')
      .set({ mac })
      .where('history_id', '=', history.id)
      .where('alias', '=', row.alias)
      .execute();
    elements.push(mac);
  }
  return elements;
}
