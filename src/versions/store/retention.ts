import type { ExpressionBuilder, Kysely } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Schema } from '../../storage/schema.js';
import type { HistoryRef } from '../domain/version.js';
import type { Pruned, RetentionLimits } from '../domain/versions.store.js';
import { addBytes } from './write-transaction.js';
import { applyQuota } from './quota.js';
import { deleteVersions, type DoomedVersion } from './delete-versions.js';

/** A history that has just grown. */
export interface TouchedHistory {
  readonly id: number;
  readonly ref: HistoryRef;
  readonly lastVersion: number;
  readonly bytesAdded: number;
  readonly limits: RetentionLimits;
}

/**
 * Takes away what is too many, too old or too large, oldest first; never what is current, previous
 * or pending. `bytes` is what the namespaces took before; the sums are kept here.
 */
export async function applyRetention(
  db: Kysely<Schema>,
  touched: readonly TouchedHistory[],
  bytes: ReadonlyMap<string, number>,
): Promise<readonly Pruned[]> {
  const pruned: Pruned[] = [];
  const namespaces = new Map<string, { grown: number; bytesMax: number }>();
  for (const history of touched) {
    const { versions, freed } = await pruneHistory(db, history);
    pruned.push(...versions);
    const uid = history.ref.namespaceUid;
    const grown = (namespaces.get(uid)?.grown ?? 0) + history.bytesAdded - freed;
    namespaces.set(uid, { grown, bytesMax: history.limits.namespaceBytesMax });
  }
  for (const [uid, { grown, bytesMax }] of namespaces) {
    const excess = (bytes.get(uid) ?? 0) + grown - bytesMax;
    const quota = excess > 0 ? await applyQuota(db, uid, excess) : { pruned: [], freed: 0 };
    pruned.push(...quota.pruned);
    if (grown !== quota.freed) await addBytes(db, uid, grown - quota.freed);
  }
  return pruned;
}

async function pruneHistory(
  db: Kysely<Schema>,
  history: TouchedHistory,
): Promise<{ versions: readonly Pruned[]; freed: number }> {
  const { ageMsMax } = history.limits;
  const aged = ageMsMax === undefined ? [] : await tooOld(db, history, Date.now() - ageMsMax);
  const agedBytes = await deleteVersions(db, aged);
  const spare = await tooMany(db, history);
  const spareBytes = await deleteVersions(db, spare);
  const told = (doomed: readonly DoomedVersion[], why: Pruned['why']): readonly Pruned[] =>
    doomed.length === 0
      ? []
      : [{ history: history.ref, versions: doomed.map(({ version }) => version), why }];
  return {
    versions: [...told(aged, 'age'), ...told(spare, 'count')],
    freed: agedBytes + spareBytes,
  };
}

/** What was destroyed has nothing left that age could take. */
function tooOld(db: Kysely<Schema>, { id, lastVersion }: TouchedHistory, beforeMs: number) {
  if (lastVersion === 1) return Promise.resolve([]);
  return prunable(db, id)
    .where('created_ms', '<', beforeMs)
    .where('state', '<>', 'destroyed')
    .limit(limits.versionRowsAtOnceMax)
    .execute();
}

async function tooMany(
  db: Kysely<Schema>,
  { id, lastVersion, limits: { versionsMax } }: TouchedHistory,
): Promise<readonly DoomedVersion[]> {
  if (lastVersion <= versionsMax) return [];
  const { count } = await db
    .selectFrom('secret_versions')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('history_id', '=', id)
    .executeTakeFirstOrThrow();
  const spare = Math.min(Number(count) - versionsMax, limits.versionRowsAtOnceMax);
  return spare <= 0 ? [] : prunable(db, id).limit(spare).execute();
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
