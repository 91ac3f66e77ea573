import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import { parseSyncRecord } from '../domain/sync-record.js';
import { directionsOf, type ParsedSync } from '../domain/sync-spec.js';

export interface PulledOriginsDependencies {
  readonly knownSyncs: Pick<SyncRegistry, 'of'>;
  readonly records: Pick<ObjectRecords, 'get'>;
}

/**
 * Returns the Secrets whose values other syncs have brought into the Secret of a sync that pushes
 * it on. Throws Unavailable.
 */
export async function pulledOrigins(
  { knownSyncs, records }: PulledOriginsDependencies,
  { object, spec }: ParsedSync,
): Promise<readonly string[]> {
  if (spec === undefined || !directionsOf(spec).includes('push')) return [];
  const pullers = [...knownSyncs.of(object.namespace).values()].filter((other) => {
    const isOther = other.object.uid !== object.uid && other.spec !== undefined;
    if (!isOther || other.spec.secretName !== spec.secretName) return false;
    return directionsOf(other.spec).includes('pull');
  });
  const origins = await Promise.all(
    pullers.map(async (puller) => {
      const record = await records.get(puller.object.uid);
      return parseSyncRecord(record?.facts)?.origins ?? [];
    }),
  );
  return [...new Set(origins.flat())];
}
