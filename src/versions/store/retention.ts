import type { Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { HistoryRef } from '../domain/version.js';
import type { Pruned, RetentionLimits } from '../domain/versions.store.js';
import { chunks } from './chunks.js';
import { addBytes } from './write-transaction.js';
import { deleteVersions, type DoomedVersion } from './delete-versions.js';
import { prunable } from './prunable.js';
import { spareVersions } from './spare-versions.js';
import type { VersionSeals } from './version-seals.js';

/** A history that has just grown. */
export interface TouchedHistory {
  readonly id: number;
  readonly ref: HistoryRef;
  readonly lastVersion: number;
  readonly deletedMs: number | undefined;
  readonly pendingVersion: number | undefined;
  readonly bytesAdded: number;
  readonly limits: RetentionLimits;
}

/** Deletable versions of a history. */
interface Doomed {
  readonly history: TouchedHistory;
  readonly versions: readonly DoomedVersion[];
  readonly why: 'age' | 'count';
}

/**
 * Deletes versions that are too many or too old, oldest first; never a current, previous or pending
 * version. Operator limits apply fully, limits of annotations as far as the minimums allow. Updates
 * the sums of namespaces.
 */
export async function applyRetention(
  db: Kysely<Schema>,
  seals: VersionSeals,
  touched: readonly TouchedHistory[],
): Promise<readonly Pruned[]> {
  const doomed: Doomed[] = [];
  for (const find of [tooOld, tooMany, tooOldAsAsked, tooManyAsAsked]) {
    const found = await find(db, touched);
    await deleteVersions(
      db,
      seals,
      found.flatMap(({ versions }) => versions),
    );
    doomed.push(...found);
  }
  for (const [uid, grown] of growth(touched, doomed)) {
    if (grown !== 0) await addBytes(db, uid, grown);
  }
  return doomed.map(({ history, versions, why }) => ({
    history: history.ref,
    versions: versions.map(({ version }) => version),
    why,
  }));
}

/** Returns the growth of each namespace in bytes. */
function growth(touched: readonly TouchedHistory[], doomed: readonly Doomed[]) {
  const namespaces = new Map<string, number>();
  const add = ({ ref }: TouchedHistory, bytes: number): void => {
    namespaces.set(ref.namespaceUid, (namespaces.get(ref.namespaceUid) ?? 0) + bytes);
  };
  for (const history of touched) add(history, history.bytesAdded);
  for (const { history, versions } of doomed) {
    for (const { bytes } of versions) add(history, -bytes);
  }
  return namespaces;
}

/** Returns versions that are too old; a destroyed version has nothing left to delete. */
async function tooOld(
  db: Kysely<Schema>,
  touched: readonly TouchedHistory[],
): Promise<readonly Doomed[]> {
  const found: Doomed[] = [];
  for (const history of touched) {
    const { ageMsMax } = history.limits;
    if (ageMsMax === undefined || history.lastVersion === 1) continue;
    const versions = await prunable(db, history.id)
      .where('created_ms', '<', Date.now() - ageMsMax)
      .where('state', '<>', 'destroyed')
      .limit(limits.versionRowsAtOnceMax)
      .execute();
    if (versions.length > 0) found.push({ history, versions, why: 'age' });
  }
  return found;
}

async function tooMany(
  db: Kysely<Schema>,
  touched: readonly TouchedHistory[],
): Promise<readonly Doomed[]> {
  const found: Doomed[] = [];
  for (const [history, spare] of await beyondCount(db, touched, (one) => one.versionsMax)) {
    const versions = await prunable(db, history.id)
      .limit(Math.min(spare, limits.versionRowsAtOnceMax))
      .execute();
    if (versions.length > 0) found.push({ history, versions, why: 'count' });
  }
  return found;
}

async function tooOldAsAsked(
  db: Kysely<Schema>,
  touched: readonly TouchedHistory[],
): Promise<readonly Doomed[]> {
  const found: Doomed[] = [];
  for (const history of touched) {
    const { ageMsMax } = history.limits.asked;
    if (ageMsMax === undefined || history.lastVersion === 1) continue;
    const beforeMs = Date.now() - ageMsMax;
    const spare = await unprotected(db, history);
    const versions = spare.filter((one) => one.created_ms < beforeMs);
    if (versions.length > 0) found.push({ history, versions, why: 'age' });
  }
  return found;
}

async function tooManyAsAsked(
  db: Kysely<Schema>,
  touched: readonly TouchedHistory[],
): Promise<readonly Doomed[]> {
  const found: Doomed[] = [];
  const asked = await beyondCount(db, touched, (one) => one.asked.versionsMax);
  for (const [history, spare] of asked) {
    const versions = (await unprotected(db, history)).slice(0, spare);
    if (versions.length > 0) found.push({ history, versions, why: 'count' });
  }
  return found;
}

/** Returns versions that annotations may delete, oldest first. */
async function unprotected(db: Kysely<Schema>, history: TouchedHistory) {
  const { id, deletedMs, pendingVersion } = history;
  const row = { id, deleted_ms: deletedMs ?? null, pending_version: pendingVersion ?? null };
  const spare = await spareVersions(db, row, history.limits.minimums, Date.now());
  return spare.filter(({ isNamed }) => !isNamed);
}

/** Returns histories with too many versions, and their excess. */
async function beyondCount(
  db: Kysely<Schema>,
  touched: readonly TouchedHistory[],
  maxOf: (limits: RetentionLimits) => number | undefined,
): Promise<readonly (readonly [TouchedHistory, number])[]> {
  const perhaps = touched.filter((one) => one.lastVersion > (maxOf(one.limits) ?? Infinity));
  const counts = await countVersions(
    db,
    perhaps.map(({ id }) => id),
  );
  return perhaps
    .map((one) => [one, (counts.get(one.id) ?? 0) - (maxOf(one.limits) ?? Infinity)] as const)
    .filter(([, spare]) => spare > 0);
}

/** Counts versions by history. */
async function countVersions(
  db: Kysely<Schema>,
  histories: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for (const some of chunks(histories)) {
    const rows = await db
      .selectFrom('secret_versions')
      .select((eb) => ['history_id', eb.fn.countAll().as('count')])
      .where('history_id', 'in', some)
      .groupBy('history_id')
      .execute();
    for (const row of rows) counts.set(row.history_id, Number(row.count));
  }
  return counts;
}
