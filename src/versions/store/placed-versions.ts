import type { Kysely } from 'kysely';
import type { Schema } from '../../platform/storage/schema.js';
import type { Pruned } from '../domain/versions.store.js';
import type { DoomedVersion } from './delete-versions.js';

/** A version that goes, and whose it is. */
export type PlacedVersion = DoomedVersion & {
  readonly namespace_uid: string;
  readonly namespace: string;
  readonly name: string;
};

/** Versions with what says whose they are. */
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

/** What is told of versions that went, by their histories. */
export function prunedOf(doomed: readonly PlacedVersion[], why: Pruned['why']): readonly Pruned[] {
  return [...Map.groupBy(doomed, (one) => one.history_id).values()].flatMap((versions) => {
    const [first] = versions;
    if (first === undefined) return [];
    const { namespace_uid: namespaceUid, namespace, name } = first;
    const numbers = versions.map(({ version }) => version);
    return [{ history: { namespaceUid, namespace, name }, versions: numbers, why }];
  });
}
