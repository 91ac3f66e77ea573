import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { ElementChange } from '../../encryption/domain/multiset-digest.js';
import {
  heldVersions,
  historyKey,
  type HistoryPlan,
  type PlannedResult,
  planRecord,
  type RecordPlan,
} from '../domain/plan-record.js';
import type { NewVersion, Pruned, Recorded } from '../domain/versions.store.js';
import { changeStates, type StatePlan } from './change-states.js';
import { chunks } from './chunks.js';
import { heldPlans } from './held-versions.js';
import { type FilledNamespaces, type Exhausted, makeRoom } from './make-room.js';
import { type PlacedVersion, prunedOf } from './placed-versions.js';
import { readFacts } from './record-facts.js';
import { applyRetention, type TouchedHistory } from './retention.js';
import { excludedMarks, type HistoryRow, markColumns, versionColumns } from './version-rows.js';
import { stateElement, type VersionSeals } from './version-seals.js';
import { lockNamespaces } from './write-transaction.js';

/** Versions to record, and namespaces that had nothing to delete lately. */
interface Batch {
  readonly versions: readonly NewVersion[];
  readonly exhausted: Exhausted;
}

interface WholePlan {
  readonly plan: RecordPlan;
  /** Versions that made room for it. */
  readonly taken: readonly PlacedVersion[];
  /** Rows of its histories, by `historyKey`. */
  readonly rows: ReadonlyMap<string, HistoryRow>;
}

/** History of the batch, with its rows. */
interface SealedPlan {
  readonly plan: HistoryPlan;
  readonly before: HistoryRow | undefined;
  readonly inserts: readonly SealedInsert[];
}

type SealedInsert = ReturnType<typeof insertsOf>[number];

/** History of the batch, with its row. */
type PlacedPlan = SealedPlan & { readonly id: number };

/** Records versions in the caller's transaction, as far as they fit; applies retention. */
export async function recordBatch(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { versions, exhausted }: Batch,
): Promise<readonly Recorded[]> {
  const bytes = await lockNamespaces(
    db,
    versions.map((made) => made.history.namespaceUid),
  );
  const { plan: whole, rows, taken } = await planWithin(db, seals, versions, { bytes, exhausted });
  const plans = [...whole.histories].map(([key, plan]) => ({
    plan,
    before: rows.get(key),
    inserts: insertsOf(seals, plan),
  }));
  const changes = await changeStates(db, seals, plans.flatMap(statePlans));
  const placed = await putHistories(db, seals, { plans, changes });
  await insertVersions(db, placed);
  const touched = placed.map((one) => touchedOf(one, versions));
  const pruned = [...prunedOf(taken, 'quota'), ...(await applyRetention(db, seals, touched))];
  return withPruned(whole.results, versions, pruned);
}

/** Plans the batch without versions that do not fit. */
async function planWithin(
  db: Kysely<Schema>,
  seals: VersionSeals,
  versions: readonly NewVersion[],
  namespaces: FilledNamespaces,
): Promise<WholePlan> {
  const found = await readFacts(db, versions);
  const plan = planRecord(versions, found.facts);
  const { taken, refused } = await makeRoom(db, seals, plan, namespaces);
  if (taken.length === 0 && refused.size === 0) return { plan, taken, rows: found.rows };
  // Deleted versions may be among the known facts.
  const { facts, rows } = taken.length === 0 ? found : await readFacts(db, versions);
  return { plan: planRecord(versions, facts, refused), taken, rows };
}

/** Returns rows of new versions with their MACs, without the history's id. */
function insertsOf(seals: VersionSeals, plan: HistoryPlan) {
  const held = new Set(heldVersions(plan.after));
  return plan.inserts.map((one) => {
    const columns = versionColumns(one, held.has(one.made.version));
    const mac = seals.factsMac(plan.ref.name, columns);
    const state_mac = seals.stateMac(mac, columns);
    return { columns: { ...columns, mac, state_mac }, payload: one.made.payload };
  });
}

/** Returns changes of existing versions: retention spares others, their time has ended. */
function statePlans({ plan, before }: SealedPlan): readonly StatePlan[] {
  if (before === undefined) return [];
  const { id } = before;
  const ended = [...plan.untilMs].map(([version, untilMs]): StatePlan => ({
    historyId: id,
    version,
    changed: (state) => ({
      ...state,
      until_ms: untilMs ?? null,
      since_ms: state.since_ms ?? state.created_ms,
    }),
  }));
  return [...heldPlans({ id, before: plan.before, after: plan.after }), ...ended];
}

/** Inserts histories, or changes existing ones. */
async function putHistories(
  db: Kysely<Schema>,
  seals: VersionSeals,
  batch: {
    readonly plans: readonly SealedPlan[];
    /** Changes of existing states, by history. */
    readonly changes: ReadonlyMap<number, ElementChange>;
  },
): Promise<readonly PlacedPlan[]> {
  const placed: PlacedPlan[] = [];
  for (const some of chunks(batch.plans)) {
    const rows = await db
      .insertInto('secret_histories')
      .values(
        some.map((one) => ({
          namespace_uid: one.plan.ref.namespaceUid,
          namespace: one.plan.ref.namespace,
          name: one.plan.ref.name,
          ...markColumns(one.plan.after),
          ...sealOf(seals, one, batch.changes),
          history_bytes: bytesAdded(one),
        })),
      )
      .onConflict((on) =>
        on.columns(['namespace_uid', 'name']).doUpdateSet((eb) => ({
          ...excludedMarks(eb),
          history_bytes: eb(
            'secret_histories.history_bytes',
            '+',
            eb.ref('excluded.history_bytes'),
          ),
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
    for (const one of some) {
      const id = ids.get(historyKey(one.plan.ref));
      if (id === undefined) throw new TypeError('a history was put without an id');
      placed.push({ ...one, id });
    }
  }
  return placed;
}

function sealOf(
  seals: VersionSeals,
  { plan, before, inserts }: SealedPlan,
  changes: ReadonlyMap<number, ElementChange>,
) {
  const { ref, after } = plan;
  const inserted = inserts.map(({ columns }) => stateElement(columns));
  if (before === undefined) {
    const { namespaceUid: namespace_uid, namespace, name } = ref;
    return seals.sealNew({ namespace_uid, namespace, name }, after, inserted);
  }
  const { removed = [], added = [] } = changes.get(before.id) ?? {};
  return seals.sealChanged(before, after, { removed, added: [...added, ...inserted] });
}

async function insertVersions(db: Kysely<Schema>, placed: readonly PlacedPlan[]): Promise<void> {
  const rows = placed.flatMap(({ inserts, id }) =>
    inserts.map(({ columns, payload }) => ({ columns: { history_id: id, ...columns }, payload })),
  );
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

function bytesAdded({ inserts }: Pick<SealedPlan, 'inserts'>): number {
  return inserts.reduce((sum, { columns }) => sum + columns.bytes, 0);
}

function touchedOf(placed: PlacedPlan, versions: readonly NewVersion[]): TouchedHistory {
  const { plan, id } = placed;
  const last = plan.inserts.at(-1)?.made ?? versions.findLast((one) => isOf(one, plan));
  if (last === undefined) throw new TypeError('a history changed without a version');
  return {
    id,
    ref: plan.ref,
    lastVersion: plan.after.lastVersion,
    deletedMs: plan.after.deletedMs,
    pendingVersion: plan.after.pendingVersion,
    bytesAdded: bytesAdded(placed),
    limits: last.limits,
  };
}

function isOf({ history }: NewVersion, { ref }: HistoryPlan): boolean {
  return history.namespaceUid === ref.namespaceUid && history.name === ref.name;
}

/** Attaches pruned versions to the last newly recorded version of their namespace. */
function withPruned(
  results: readonly PlannedResult[],
  versions: readonly NewVersion[],
  pruned: readonly Pruned[],
): readonly Recorded[] {
  const tellers = new Map<string, number>();
  for (const [index, result] of results.entries()) {
    const uid = versions[index]?.history.namespaceUid;
    if (canTell(result) && uid !== undefined) tellers.set(uid, index);
  }
  return results.map((result, index) =>
    canTell(result)
      ? {
          ...result,
          pruned: pruned.filter((one) => tellers.get(one.history.namespaceUid) === index),
        }
      : result,
  );
}

function canTell(
  result: PlannedResult,
): result is Extract<PlannedResult, { readonly kind: 'recorded' | 'full' }> {
  return result.kind === 'recorded' || result.kind === 'full';
}
