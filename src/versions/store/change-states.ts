import { type Kysely, sql } from 'kysely';
import type { ElementChange } from '../../encryption/domain/multiset-digest.js';
import type { Schema } from '../../platform/storage/schema.js';
import { chunks } from './chunks.js';
import type { VersionRow } from './version-rows.js';
import { stateElement, type VersionSeals, type VersionStateColumns } from './version-seals.js';

/** Planned change of a version's state; the caller has locked its history. */
export interface StatePlan {
  readonly historyId: number;
  readonly version: number;
  readonly changed: (state: StateRow) => VersionStateColumns;
}

export type StateRow = VersionStateColumns &
  Pick<VersionRow, 'id' | 'history_id' | 'version' | 'created_ms' | 'mac' | 'state_mac'>;

/**
 * Changes states of versions, and returns the changes of their histories' digests. A state that was
 * not the gateway's before gets no MAC.
 */
export async function changeStates(
  db: Kysely<Schema>,
  seals: VersionSeals,
  plans: readonly StatePlan[],
): Promise<ReadonlyMap<number, ElementChange>> {
  const changes = new Map<number, { removed: Uint8Array[]; added: Uint8Array[] }>();
  for (const some of chunks(plans)) {
    const rows = await statesOf(db, some);
    const places = Map.groupBy(some, ({ historyId, version }) => `${historyId}/${version}`);
    const after = rows.flatMap((row) => {
      const own = places.get(`${row.history_id}/${row.version}`) ?? [];
      const state = own.reduce<StateRow>((now, { changed }) => ({ ...now, ...changed(now) }), row);
      if (isSame(state, row)) return [];
      const state_mac = seals.isStateOurs(row) ? seals.stateMac(row.mac, state) : null;
      return [{ before: row, row: { ...state, state_mac } }];
    });
    await putStates(
      db,
      after.map(({ row }) => row),
    );
    for (const { before, row } of after) {
      const change = changes.get(row.history_id) ?? { removed: [], added: [] };
      change.removed.push(stateElement(before));
      change.added.push(stateElement(row));
      changes.set(row.history_id, change);
    }
  }
  return changes;
}

function statesOf(db: Kysely<Schema>, plans: readonly StatePlan[]): Promise<readonly StateRow[]> {
  return db
    .selectFrom('secret_versions')
    .select(['id', 'history_id', 'version', 'created_ms', 'mac', 'state_mac'])
    .select(['state', 'held', 'is_retired', 'ended_ms', 'since_ms', 'until_ms'])
    .where((eb) =>
      eb(
        eb.refTuple('history_id', 'version'),
        'in',
        plans.map(({ historyId, version }) => eb.tuple(historyId, version)),
      ),
    )
    .execute();
}

/** Writes states in one statement. PostgreSQL takes list parameters for text without a cast. */
async function putStates(db: Kysely<Schema>, rows: readonly StateRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(
    (row) => sql`(CAST(${row.id} AS bigint), CAST(${row.state} AS text),
      CAST(${row.held} AS bigint), CAST(${row.is_retired} AS bigint),
      CAST(${row.ended_ms} AS bigint), CAST(${row.since_ms} AS bigint),
      CAST(${row.until_ms} AS bigint), CAST(${row.state_mac} AS text))`,
  );
  await sql`UPDATE secret_versions SET state = changed.column2, held = changed.column3,
    is_retired = changed.column4, ended_ms = changed.column5, since_ms = changed.column6,
    until_ms = changed.column7, state_mac = changed.column8
    FROM (VALUES ${sql.join(values)}) AS changed
    WHERE secret_versions.id = changed.column1`.execute(db);
}

function isSame(one: VersionStateColumns, other: VersionStateColumns): boolean {
  return (
    one.state === other.state &&
    one.held === other.held &&
    one.is_retired === other.is_retired &&
    one.ended_ms === other.ended_ms &&
    one.since_ms === other.since_ms &&
    one.until_ms === other.until_ms
  );
}
