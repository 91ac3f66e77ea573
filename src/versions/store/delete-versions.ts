import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import { isLater } from '../domain/plan-record.js';
import { isReplacedState } from '../domain/resource-version.js';
import { chunks } from './chunks.js';
import { addHistoryBytes } from './write-transaction.js';
import { putMarks } from './put-marks.js';
import { type HistoryRow, marksOf, type VersionRow } from './version-rows.js';
import { stateElement, type VersionSeals } from './version-seals.js';

export type DoomedVersion = Pick<
  VersionRow,
  'id' | 'history_id' | 'version' | 'bytes' | 'secret_uid' | 'resource_version'
>;

type PrunedMark = Pick<HistoryRow, 'pruned_version' | 'pruned_uid' | 'pruned_resource_version'>;

/**
 * Deletes versions with their payloads and aliases, and records the latest deleted state of each
 * history. Returns the deleted bytes; the caller updates the sum of the namespace.
 */
export async function deleteVersions(
  db: Kysely<Schema>,
  seals: VersionSeals,
  doomed: readonly DoomedVersion[],
): Promise<number> {
  const ofHistories = Map.groupBy(doomed, (one) => one.history_id);
  for (const some of chunks([...ofHistories])) {
    const gone = await elementsOf(db, new Map(some));
    await markPruned(db, seals, { ofHistories: new Map(some), gone });
  }
  for (const some of chunks(doomed)) {
    await db
      .deleteFrom('secret_versions')
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
  }
  return doomed.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Returns elements to remove from digests: states of versions, and their aliases. */
async function elementsOf(
  db: Kysely<Schema>,
  ofHistories: ReadonlyMap<number, readonly DoomedVersion[]>,
): Promise<ReadonlyMap<number, readonly Uint8Array[]>> {
  const gone = new Map<number, Uint8Array[]>();
  const add = (historyId: number, element: Uint8Array): void => {
    gone.set(historyId, [...(gone.get(historyId) ?? []), element]);
  };
  for (const some of chunks([...ofHistories.values()].flat())) {
    const states = await db
      .selectFrom('secret_versions')
      .select(['history_id', 'state_mac'])
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
    for (const row of states) add(row.history_id, stateElement(row));
    const aliases = await db
      .selectFrom('version_aliases')
      .select(['history_id', 'mac'])
      .where((eb) =>
        eb(
          eb.refTuple('history_id', 'version'),
          'in',
          some.map(({ history_id: id, version }) => eb.tuple(id, version)),
        ),
      )
      .execute();
    for (const { history_id: id, mac } of aliases) add(id, mac ?? new Uint8Array());
  }
  return gone;
}

interface Pruning {
  readonly ofHistories: ReadonlyMap<number, readonly DoomedVersion[]>;
  readonly gone: ReadonlyMap<number, readonly Uint8Array[]>;
}

async function markPruned(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { ofHistories, gone }: Pruning,
): Promise<void> {
  const rows = await db
    .selectFrom('secret_histories')
    .selectAll()
    .where('id', 'in', [...ofHistories.keys()])
    .execute();
  for (const row of rows) {
    const versions = ofHistories.get(row.id) ?? [];
    const mark = versions.reduce<PrunedMark>(laterMark, row);
    const after = marksOf({ ...row, ...mark });
    const change = { removed: gone.get(row.id) ?? [], added: [] };
    await putMarks(db, seals, row, { after, change });
    const freed = versions.reduce((sum, { bytes }) => sum + bytes, 0);
    await addHistoryBytes(db, row.id, -freed);
  }
}

/** Returns the later state of two that are pruned. */
function laterMark(mark: PrunedMark, doomed: DoomedVersion): PrunedMark {
  const { version, secret_uid: uid, resource_version: at } = doomed;
  if (isReplacedState(at)) return mark;
  const isSame = mark.pruned_uid === uid;
  if (isSame && !isLater(at, mark.pruned_resource_version ?? undefined)) return mark;
  if (!isSame && version < (mark.pruned_version ?? 0)) return mark;
  return { pruned_version: version, pruned_uid: uid, pruned_resource_version: at };
}
