import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import {
  heldVersions,
  historyKey,
  type HistoryPlan,
  type PlannedResult,
  planRecord,
} from '../domain/plan-record.js';
import type { NewVersion, Pruned, Recorded } from '../domain/versions.store.js';
import { chunks } from './chunks.js';
import { readFacts } from './record-facts.js';
import { applyRetention, type TouchedHistory } from './retention.js';
import { markColumns, versionColumns } from './version-rows.js';
import { lockNamespaces } from './write-transaction.js';

/** A history of the batch, with its row. */
interface PlacedPlan {
  readonly plan: HistoryPlan;
  readonly id: number;
}

/** Records versions in a transaction of the caller's; retention included. */
export async function recordBatch(
  db: Kysely<Schema>,
  versions: readonly NewVersion[],
): Promise<readonly Recorded[]> {
  const bytes = await lockNamespaces(
    db,
    versions.map((made) => made.history.namespaceUid),
  );
  const facts = await readFacts(db, versions);
  const plan = planRecord(versions, facts);
  const placed: PlacedPlan[] = [];
  const fresh: HistoryPlan[] = [];
  for (const [key, one] of plan.histories) {
    const row = facts.rows.get(key);
    if (row === undefined) fresh.push(one);
    else placed.push({ plan: one, id: row.id });
  }
  for (const one of placed) await changeHistory(db, one);
  placed.push(...(await insertHistories(db, fresh)));
  await insertVersions(db, placed);
  const touched = placed.map(({ plan: one, id }) => touchedOf(one, id, versions));
  const pruned = await applyRetention(db, touched, bytes);
  return withPruned(plan.results, versions, pruned);
}

async function insertHistories(
  db: Kysely<Schema>,
  fresh: readonly HistoryPlan[],
): Promise<readonly PlacedPlan[]> {
  const placed: PlacedPlan[] = [];
  for (const some of chunks(fresh)) {
    const rows = await db
      .insertInto('secret_histories')
      .values(
        some.map(({ ref, after }) => ({
          namespace_uid: ref.namespaceUid,
          namespace: ref.namespace,
          name: ref.name,
          ...markColumns(after),
        })),
      )
      .returning(['id', 'namespace_uid', 'name'])
      .execute();
    const ids = new Map(
      rows.map(({ id, namespace_uid: namespaceUid, name }) => [
        historyKey({ namespaceUid, name }),
        id,
      ]),
    );
    for (const plan of some) {
      const id = ids.get(historyKey(plan.ref));
      if (id === undefined) throw new TypeError('a history was inserted without an id');
      placed.push({ plan, id });
    }
  }
  return placed;
}

async function changeHistory(db: Kysely<Schema>, { plan, id }: PlacedPlan): Promise<void> {
  await db
    .updateTable('secret_histories')
    .set(markColumns(plan.after))
    .where('id', '=', id)
    .execute();
  await holdVersions(db, id, heldVersions(plan.before), heldVersions(plan.after));
  for (const [version, untilMs] of plan.untilMs) {
    await db
      .updateTable('secret_versions')
      .set((eb) => ({
        until_ms: untilMs ?? null,
        since_ms: eb.fn.coalesce('since_ms', 'created_ms'),
      }))
      .where('history_id', '=', id)
      .where('version', '=', version)
      .execute();
  }
}

/** Keeps the marks of what retention spares, of versions that are there. */
export async function holdVersions(
  db: Kysely<Schema>,
  historyId: number,
  before: readonly number[],
  after: readonly number[],
): Promise<void> {
  const changed = [
    { held: 0, versions: before.filter((one) => !after.includes(one)) },
    { held: 1, versions: after.filter((one) => !before.includes(one)) },
  ];
  for (const { held, versions } of changed) {
    if (versions.length === 0) continue;
    await db
      .updateTable('secret_versions')
      .set({ held })
      .where('history_id', '=', historyId)
      .where('version', 'in', versions)
      .execute();
  }
}

async function insertVersions(db: Kysely<Schema>, placed: readonly PlacedPlan[]): Promise<void> {
  const rows = placed.flatMap(({ plan, id }) => {
    const held = new Set(heldVersions(plan.after));
    return plan.inserts.map((one) => ({
      columns: { history_id: id, ...versionColumns(one, held.has(one.made.version)) },
      payload: one.made.payload,
    }));
  });
  for (const some of chunks(rows)) {
    const inserted = await db
      .insertInto('secret_versions')
      .values(some.map(({ columns }) => columns))
      .returning(['id', 'history_id', 'version'])
      .execute();
    const ids = new Map(inserted.map((row) => [`${row.history_id}/${row.version}`, row.id]));
    const payloads = some.map(({ columns, payload }) => {
      const id = ids.get(`${columns.history_id}/${columns.version}`);
      if (id === undefined) throw new TypeError('a version was inserted without an id');
      const { keyId, wrappedKey, ciphertext } = payload;
      return { id, key_id: keyId, wrapped_key: wrappedKey, ciphertext };
    });
    await db
      .insertInto('version_payloads')
      .values(payloads.toSorted((one, other) => one.id - other.id))
      .execute();
  }
}

function touchedOf(plan: HistoryPlan, id: number, versions: readonly NewVersion[]): TouchedHistory {
  const inserted = plan.inserts.map((one) => versionColumns(one, false).bytes);
  const last = plan.inserts.at(-1)?.made ?? versions.findLast((one) => isOf(one, plan));
  if (last === undefined) throw new TypeError('a history changed without a version');
  return {
    id,
    ref: plan.ref,
    lastVersion: plan.after.lastVersion,
    bytesAdded: inserted.reduce((sum, bytes) => sum + bytes, 0),
    limits: last.limits,
  };
}

function isOf({ history }: NewVersion, { ref }: HistoryPlan): boolean {
  return history.namespaceUid === ref.namespaceUid && history.name === ref.name;
}

/** What was pruned is told with the last version of its namespace that was recorded. */
function withPruned(
  results: readonly PlannedResult[],
  versions: readonly NewVersion[],
  pruned: readonly Pruned[],
): readonly Recorded[] {
  const tellers = new Map<string, number>();
  for (const [index, result] of results.entries()) {
    const uid = versions[index]?.history.namespaceUid;
    if (result.kind === 'recorded' && uid !== undefined) tellers.set(uid, index);
  }
  return results.map((result, index) =>
    result.kind === 'recorded'
      ? {
          ...result,
          pruned: pruned.filter((one) => tellers.get(one.history.namespaceUid) === index),
        }
      : result,
  );
}
