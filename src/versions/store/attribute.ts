import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { Attribution, HistoryRef } from '../domain/version.js';
import type { AttributedVersion } from '../domain/versions.store.js';
import { putMarks } from './put-marks.js';
import { type AttributionColumns, attributionColumns, marksOf } from './version-rows.js';
import { stateElement, type VersionSeals } from './version-seals.js';
import { lockHistory } from './write-transaction.js';

export interface OutsideUser {
  readonly username: string;
  readonly auditId: string;
}

type StateId = { readonly secretUid: string; readonly resourceVersion: string };

/**
 * Completes the attribution of a state's version. A transport of the gateway knows more than an
 * external observation, and always takes precedence. Returns the version's number, if it exists.
 */
export async function attributeState(
  db: Kysely<Schema>,
  seals: VersionSeals,
  { state, attribution }: { readonly state: StateId; readonly attribution: Attribution },
): Promise<number | undefined> {
  const { field_manager: fieldManager, ...columns } = attributionColumns(attribution);
  const row = await db
    .selectFrom('secret_versions')
    .select(['id', 'history_id', 'version', 'username', 'door'])
    .where('secret_uid', '=', state.secretUid)
    .where('resource_version', '=', state.resourceVersion)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const known = { ...columns, ...(fieldManager !== null && { field_manager: fieldManager }) };
  const isOutside = attribution.door === 'external';
  await attributeRow(db, seals, {
    historyId: row.history_id,
    id: row.id,
    decide: ({ username, door }) => {
      const mayLearn = username === null || (!isOutside && door === 'external');
      return mayLearn ? known : undefined;
    },
  });
  return row.version;
}

/** Attributes the version by an unknown user, if there is exactly one. */
export async function attributeOutside(
  db: Kysely<Schema>,
  seals: VersionSeals,
  outside: {
    readonly ref: Omit<HistoryRef, 'namespaceUid'>;
    readonly between: { readonly fromMs: number; readonly toMs: number };
    readonly user: OutsideUser;
  },
): Promise<AttributedVersion | undefined> {
  const { namespace, name } = outside.ref;
  const { fromMs, toMs } = outside.between;
  const { username, auditId } = outside.user;
  const [found, other] = await db
    .selectFrom('secret_versions as of')
    .innerJoin('secret_histories', 'secret_histories.id', 'of.history_id')
    .select([
      'of.id',
      'of.history_id',
      'of.version',
      'secret_histories.secret_uid as secretUid',
      'secret_histories.resource_version as resourceVersion',
    ])
    .where('secret_histories.namespace', '=', namespace)
    .where('secret_histories.name', '=', name)
    .where('of.username', 'is', null)
    .where('of.door', '=', 'external')
    .where('of.created_ms', '>=', fromMs)
    .where('of.created_ms', '<=', toMs)
    .limit(2)
    .execute();
  if (found === undefined || other !== undefined) return undefined;
  const isDone = await attributeRow(db, seals, {
    historyId: found.history_id,
    id: found.id,
    decide: (row) => (row.username === null ? { username, audit_id: auditId } : undefined),
  });
  const { version, secretUid, resourceVersion } = found;
  return isDone ? { version, secretUid, resourceVersion } : undefined;
}

/** Changes the author of a version, under the lock of its history; reports whether it did. */
async function attributeRow(
  db: Kysely<Schema>,
  seals: VersionSeals,
  wish: {
    readonly historyId: number;
    readonly id: number;
    readonly decide: (
      row: Pick<AttributionColumns, 'username' | 'door'>,
    ) => Partial<AttributionColumns> | undefined;
  },
): Promise<boolean> {
  const history = await lockHistory(db, wish.historyId);
  const row = await db
    .selectFrom('secret_versions')
    .selectAll()
    .where('id', '=', wish.id)
    .executeTakeFirst();
  const columns = row && wish.decide(row);
  if (history === undefined || row === undefined || columns === undefined) return false;
  const isOurs = seals.isVersionOurs(history.name, row);
  const mac = isOurs ? seals.factsMac(history.name, { ...row, ...columns }) : null;
  const state_mac = isOurs ? seals.stateMac(mac, row) : null;
  await db
    .updateTable('secret_versions')
    .set({ ...columns, mac, state_mac })
    .where('id', '=', row.id)
    .execute();
  const change = { removed: [stateElement(row)], added: [stateElement({ state_mac })] };
  await putMarks(db, seals, history, { after: marksOf(history), change });
  return true;
}
