import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';

/**
 * Returns versions that an operator's limits may delete, oldest first. The newest stays: a state
 * that never was in the cluster is the only copy of a value, and nothing else protects it.
 */
export function prunable(db: Kysely<Schema>, historyId: number) {
  return db
    .selectFrom('secret_versions')
    .select(['id', 'history_id', 'version', 'bytes', 'secret_uid', 'resource_version'])
    .where('history_id', '=', historyId)
    .where('held', '=', 0)
    .where('version', '<', (eb) =>
      eb
        .selectFrom('secret_histories')
        .select('secret_histories.last_version')
        .where('secret_histories.id', '=', historyId),
    )
    .where(hasNoAlias)
    .orderBy('version');
}

/** Returns the condition that no user has given a version a name. */
export function hasNoAlias(eb: ExpressionBuilder<Schema, 'secret_versions'>) {
  const aliases = eb
    .selectFrom('version_aliases')
    .select('alias')
    .whereRef('version_aliases.history_id', '=', 'secret_versions.history_id')
    .whereRef('version_aliases.version', '=', 'secret_versions.version');
  return eb.not(eb.exists(aliases));
}
