import type { ExpressionBuilder, Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Schema } from '../../storage/schema.js';
import type { HistoryRef } from '../domain/version.js';
import type { Pruned, RetentionLimits } from '../domain/versions.store.js';
import { chunks } from './chunks.js';
import { addBytes } from './write-transaction.js';
import { applyQuota } from './quota.js';
import { deleteVersions, type DoomedVersion } from './delete-versions.js';
import type { VersionSeals } from './version-seals.js';

/** A history that has just grown. */
export interface TouchedHistory {
  readonly id: number;
  readonly ref: HistoryRef;
  readonly lastVersion: number;
  readonly bytesAdded: number;
  readonly limits: RetentionLimits;
}

export interface GrownHistories {
  readonly touched: readonly TouchedHistory[];
  /** What their namespaces took before. */
  readonly bytes: ReadonlyMap<string, number>;
}

/** Versions of a history that go. */
interface Doomed {
  readonly history: TouchedHistory;
  readonly versions: readonly DoomedVersion[];
  readonly why: 'age' | 'count';
}

/**
 * Takes away what is too many, too old or too large, oldest first; never what is current, previous
 * or pending. `bytes` is what the namespaces took before; the sums are kept here.
 */
export async function applyRetention(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { touched, bytes }: GrownHistories,
): Promise<readonly Pruned[]> {
  const doomed: Doomed[] = [];
  for (const find of [tooOld, tooMany]) {
    const found = await find(db, touched);
    await deleteVersions(
      db,
      seals,
      found.flatMap(({ versions }) => versions),
    );
    doomed.push(...found);
  }
  const pruned: Pruned[] = doomed.map(({ history, versions, why }) => ({
    history: history.ref,
    versions: versions.map(({ version }) => version),
    why,
  }));
  for (const [uid, { grown, bytesMax }] of growth(touched, doomed)) {
    const excess = (bytes.get(uid) ?? 0) + grown - bytesMax;
    const quota =
      excess > 0
        ? await applyQuota(db, seals, { namespaceUid: uid, excess })
        : { pruned: [], freed: 0 };
    pruned.push(...quota.pruned);
    if (grown !== quota.freed) await addBytes(db, uid, grown - quota.freed);
  }
  return pruned;
}

/** By how many bytes each namespace has grown, and how many it may have. */
function growth(touched: readonly TouchedHistory[], doomed: readonly Doomed[]) {
  const namespaces = new Map<string, { grown: number; bytesMax: number }>();
  const add = ({ ref, limits: { namespaceBytesMax } }: TouchedHistory, bytes: number): void => {
    const grown = (namespaces.get(ref.namespaceUid)?.grown ?? 0) + bytes;
    namespaces.set(ref.namespaceUid, { grown, bytesMax: namespaceBytesMax });
  };
  for (const history of touched) add(history, history.bytesAdded);
  for (const { history, versions } of doomed) {
    for (const { bytes } of versions) add(history, -bytes);
  }
  return namespaces;
}

/** What was destroyed has nothing left that age could take. */
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
  const perhaps = touched.filter((one) => one.lastVersion > one.limits.versionsMax);
  const counts = await countVersions(
    db,
    perhaps.map(({ id }) => id),
  );
  const found: Doomed[] = [];
  for (const history of perhaps) {
    const spare = (counts.get(history.id) ?? 0) - history.limits.versionsMax;
    if (spare <= 0) continue;
    const versions = await prunable(db, history.id)
      .limit(Math.min(spare, limits.versionRowsAtOnceMax))
      .execute();
    if (versions.length > 0) found.push({ history, versions, why: 'count' });
  }
  return found;
}

/** By history. */
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

function prunable(db: Kysely<Schema>, historyId: number) {
  return db
    .selectFrom('secret_versions')
    .select(['id', 'history_id', 'version', 'bytes', 'secret_uid', 'resource_version'])
    .where('history_id', '=', historyId)
    .where('held', '=', 0)
    .where(hasNoAlias)
    .orderBy('version');
}

/** Of a version: no user has given it a name. */
export function hasNoAlias(eb: ExpressionBuilder<Schema, 'secret_versions'>) {
  const aliases = eb
    .selectFrom('version_aliases')
    .select('alias')
    .whereRef('version_aliases.history_id', '=', 'secret_versions.history_id')
    .whereRef('version_aliases.version', '=', 'secret_versions.version');
  return eb.not(eb.exists(aliases));
}
