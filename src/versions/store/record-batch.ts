import { type Kysely, sql } from 'kysely';
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
import { holdVersions } from './held-versions.js';
import { readFacts } from './record-facts.js';
import { applyRetention, type TouchedHistory } from './retention.js';
import { excludedMarks, markColumns, versionColumns } from './version-rows.js';
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
  const plan = planRecord(versions, await readFacts(db, versions));
  const placed = await putHistories(db, [...plan.histories.values()]);
  await holdVersions(
    db,
    placed.map(({ plan: { before, after }, id }) => ({ id, before, after })),
  );
  await endVersions(db, placed);
  await insertVersions(db, placed);
  const touched = placed.map(({ plan: one, id }) => touchedOf(one, id, versions));
  const pruned = await applyRetention(db, touched, bytes);
  return withPruned(plan.results, versions, pruned);
}

/** Inserts histories, or changes those that are there. */
async function putHistories(
  db: Kysely<Schema>,
  plans: readonly HistoryPlan[],
): Promise<readonly PlacedPlan[]> {
  const placed: PlacedPlan[] = [];
  for (const some of chunks(plans)) {
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
      .onConflict((on) => on.columns(['namespace_uid', 'name']).doUpdateSet(excludedMarks))
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
      if (id === undefined) throw new TypeError('a history was put without an id');
      placed.push({ plan, id });
    }
  }
  return placed;
}

/** When versions that were there ceased to be current, or that they are again. */
async function endVersions(db: Kysely<Schema>, placed: readonly PlacedPlan[]): Promise<void> {
  const ended = placed.flatMap(({ plan, id }) =>
    [...plan.untilMs].map(([version, untilMs]) => ({ id, version, untilMs: untilMs ?? null })),
  );
  for (const some of chunks(ended)) {
    // PostgreSQL takes parameters of a list for text unless told otherwise.
    const rows = some.map(
      ({ id, version, untilMs }) =>
        sql`(CAST(${id} AS bigint), CAST(${version} AS bigint), CAST(${untilMs} AS bigint))`,
    );
    await sql`UPDATE secret_versions
      SET until_ms = ended.column3, since_ms = coalesce(since_ms, created_ms)
      FROM (VALUES ${sql.join(rows)}) AS ended
      WHERE history_id = ended.column1 AND version = ended.column2`.execute(db);
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
