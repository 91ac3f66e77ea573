import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { Pruned } from '../domain/versions.store.js';
import type { DoomedVersion } from './delete-versions.js';

/** Version to delete, with its history. */
export type PlacedVersion = DoomedVersion & {
  readonly namespace_uid: string;
  readonly namespace: string;
  readonly name: string;
};

/** Returns versions with the fields that identify their history. */
export function placedVersions(db: Kysely<Schema>) {
  return db
    .selectFrom('secret_versions')
    .innerJoin('secret_histories', 'secret_histories.id', 'secret_versions.history_id')
    .select([
      'secret_versions.id',
      'history_id',
      'version',
      'bytes',
      'secret_versions.secret_uid',
      'secret_versions.resource_version',
      'secret_versions.namespace_uid',
      'namespace',
      'name',
    ]);
}

/** Returns the reports of deleted versions, by their histories. */
export function prunedOf(doomed: readonly PlacedVersion[], why: Pruned['why']): readonly Pruned[] {
  return [...Map.groupBy(doomed, (one) => one.history_id).values()].flatMap((versions) => {
    const [first] = versions;
    if (first === undefined) return [];
    const { namespace_uid: namespaceUid, namespace, name } = first;
    const numbers = versions.map(({ version }) => version);
    return [{ history: { namespaceUid, namespace, name }, versions: numbers, why }];
  });
}
