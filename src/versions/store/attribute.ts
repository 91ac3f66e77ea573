import type { Kysely } from 'kysely';
import type { Schema } from '../../storage/schema.js';
import type { Attribution, HistoryRef } from '../domain/version.js';
import type { AttributedVersion } from '../domain/versions.store.js';
import { attributionColumns } from './version-rows.js';

export interface OutsideUser {
  readonly username: string;
  readonly auditId: string;
}

/**
 * Completes what is known of the version of a state. A door of the gateway knows better than what
 * was seen from outside, and never gives way. Returns its number, where there is such a version.
 */
export async function attributeState(
  db: Kysely<Schema>,
  state: { readonly secretUid: string; readonly resourceVersion: string },
  attribution: Attribution,
): Promise<number | undefined> {
  const { field_manager: fieldManager, ...columns } = attributionColumns(attribution);
  await db
    .updateTable('secret_versions')
    .set({ ...columns, ...(fieldManager !== null && { field_manager: fieldManager }) })
    .where('secret_uid', '=', state.secretUid)
    .where('resource_version', '=', state.resourceVersion)
    .where((eb) => {
      const isUnknown = eb('username', 'is', null);
      if (attribution.door === 'external') return isUnknown;
      return eb.or([isUnknown, eb('door', '=', 'external')]);
    })
    .execute();
  const row = await db
    .selectFrom('secret_versions')
    .select('version')
    .where('secret_uid', '=', state.secretUid)
    .where('resource_version', '=', state.resourceVersion)
    .executeTakeFirst();
  return row?.version;
}

/** Gives the version by somebody unknown its user, where there is one of them and no other. */
export async function attributeOutside(
  db: Kysely<Schema>,
  { namespace, name }: Omit<HistoryRef, 'namespaceUid'>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { username, auditId }: OutsideUser,
): Promise<AttributedVersion | undefined> {
  const [found, other] = await db
    .selectFrom('secret_versions as of')
    .innerJoin('secret_histories', 'secret_histories.id', 'of.history_id')
    .select([
      'of.id',
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
  const row = await db
    .updateTable('secret_versions')
    .set({ username, audit_id: auditId })
    .where('id', '=', found.id)
    .where('username', 'is', null)
    .returning('version')
    .executeTakeFirst();
  const { secretUid, resourceVersion } = found;
  return row && { version: row.version, secretUid, resourceVersion };
}
