import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { RecentMap } from '../../core/recent-map.js';
import type { Schema } from '../../platform/storage/schema.js';
import { historyKey, type RecordPlan } from '../domain/plan-record.js';
import { openBytes, quotaFor } from '../domain/plan-quota.js';
import type { NewVersion } from '../domain/versions.store.js';
import type { PlacedVersion } from './placed-versions.js';
import { takeSpare } from './quota.js';
import { prunable } from './prunable.js';
import { versionBytes } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';

/** Times when namespaces had nothing to delete, by uid: another check takes long. */
export type Exhausted = Pick<RecentMap<string, number>, 'get' | 'set'>;

/** Outcome of making a batch fit into its quotas, and the versions that do not fit. */
export interface Room {
  readonly taken: readonly PlacedVersion[];
  readonly refused: ReadonlySet<NewVersion>;
}

/** Namespaces that the caller has locked. */
export interface FilledNamespaces {
  /** Bytes of each history. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly exhausted: Exhausted;
}

/** History that is about to grow, as in the database. */
interface GrowingHistory {
  readonly bytes: number;
  readonly isEstablished: boolean;
  readonly count: number;
  /** Sizes of its oldest versions, which an operator's count deletes as others are added. */
  readonly oldest: readonly number[];
}

/** Addition of a batch to a history. */
interface Added {
  readonly bytes: number;
  readonly count: number;
}

/**
 * Accepts the versions of a plan one by one, while the histories of their namespaces stay within
 * their quotas: spare versions make room.
 */
export async function makeRoom(
  db: Kysely<Schema>,
  seals: VersionSeals,
  plan: RecordPlan,
  { bytes, exhausted }: FilledNamespaces,
): Promise<Room> {
  const inserts = [...plan.histories.values()].flatMap((one) => one.inserts);
  const ofNamespaces = Map.groupBy(inserts, ({ made }) => made.history.namespaceUid);
  const taken: PlacedVersion[] = [];
  const refused = new Set<NewVersion>();
  for (const [uid, some] of ofNamespaces) {
    const made = some.map((one) => one.made);
    const before = bytes.get(uid) ?? 0;
    if (made.every((one) => fitsAnyway(one, before, made))) continue;
    const namespace = { uid, bytes: before, exhausted, batch: made.length };
    const room = new NamespaceRoom(db, seals, namespace);
    for (const one of made) if (!(await room.letIn(one))) refused.add(one);
    taken.push(...room.taken);
  }
  return { taken, refused };
}

/** Reports that no more lookup is needed: everything fits into the open part of the quota. */
function fitsAnyway(one: NewVersion, before: number, all: readonly NewVersion[]): boolean {
  const grown = all.reduce((sum, made) => sum + versionBytes(made), before);
  return grown <= openBytes(one.limits.namespaceBytesMax);
}

class NamespaceRoom {
  readonly taken: PlacedVersion[] = [];
  readonly #db: Kysely<Schema>;
  readonly #seals: VersionSeals;
  readonly #uid: string;
  readonly #batch: number;
  readonly #added = new Map<string, Added>();
  readonly #histories = new Map<string, GrowingHistory>();
  /** Bytes of its histories, including accepted versions of the batch. */
  #bytes: number;
  readonly #exhausted: Exhausted;

  constructor(
    db: Kysely<Schema>,
    seals: VersionSeals,
    of: {
      readonly uid: string;
      readonly bytes: number;
      readonly exhausted: Exhausted;
      readonly batch: number;
    },
  ) {
    this.#db = db;
    this.#seals = seals;
    this.#uid = of.uid;
    this.#bytes = of.bytes;
    this.#exhausted = of.exhausted;
    this.#batch = of.batch;
  }

  async letIn(made: NewVersion): Promise<boolean> {
    let wish = await this.#wish(made);
    if (wish.excess > 0) {
      await this.#free(made, wish.excess);
      wish = await this.#wish(made);
    }
    const { growth, added, excess } = wish;
    if (excess > 0) return false;
    this.#bytes += growth;
    const sum = { bytes: added.bytes + growth, count: added.count + 1 };
    this.#added.set(historyKey(made.history), sum);
    return true;
  }

  /** Returns what a version adds, and by how much that exceeds the quota. */
  async #wish(made: NewVersion) {
    const key = historyKey(made.history);
    const history = this.#histories.get(key) ?? (await growingHistory(this.#db, made, this.#batch));
    this.#histories.set(key, history);
    const added = this.#added.get(key) ?? { bytes: 0, count: 0 };
    const { versionsMax, namespaceBytesMax } = made.limits;
    const tooMany = history.count + added.count + 1 - versionsMax;
    const growth = versionBytes(made) - (history.oldest[tooMany - 1] ?? 0);
    const bytes = history.bytes + added.bytes + growth;
    const quota = quotaFor(namespaceBytesMax, { bytes, isEstablished: history.isEstablished });
    return { growth, added, excess: this.#bytes + growth - quota };
  }

  async #free(made: NewVersion, bytes: number): Promise<void> {
    const atMs = this.#exhausted.get(this.#uid) ?? -Infinity;
    if (performance.now() - atMs < limits.versionQuotaExhaustedMs) return;
    const { minimums } = made.limits;
    const some = await takeSpare(this.#db, this.#seals, {
      namespaceUid: this.#uid,
      bytes,
      minimums,
    });
    const freed = some.reduce((sum, one) => sum + one.bytes, 0);
    this.taken.push(...some);
    this.#bytes -= freed;
    const nowMs = performance.now();
    if (freed < bytes) this.#exhausted.set(this.#uid, nowMs, nowMs);
    // Some may belong to histories that are cached here.
    this.#histories.clear();
  }
}

async function growingHistory(
  db: Kysely<Schema>,
  { history: { namespaceUid, name }, limits: { minimums } }: NewVersion,
  batch: number,
): Promise<GrowingHistory> {
  const row = await db
    .selectFrom('secret_histories')
    .select(['id', 'history_bytes'])
    .where('namespace_uid', '=', namespaceUid)
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) return { bytes: 0, isEstablished: false, count: 0, oldest: [] };
  const versions = await db
    .selectFrom('secret_versions')
    .select((eb) => [eb.fn.countAll().as('count'), eb.fn.min('created_ms').as('first')])
    .where('history_id', '=', row.id)
    .executeTakeFirstOrThrow();
  const oldest = await prunable(db, row.id).limit(batch).execute();
  const firstMs = versions.first;
  return {
    bytes: row.history_bytes,
    isEstablished: firstMs !== null && Number(firstMs) <= Date.now() - minimums.ageMs,
    count: Number(versions.count),
    oldest: oldest.map(({ bytes }) => bytes),
  };
}
