import { addedUse } from './encryption/domain/added-use.js';
import { SealedRuns } from './rotation/store/sealed-runs.js';
import type { Database } from './storage/database.js';
import type { VersionsStore } from './versions/domain/versions.store.js';

/** How much each key wraps: versions, and values of rotation runs. Throws StorageError. */
export async function keyUse(
  database: Database,
  versions: Pick<VersionsStore, 'keyUse'>,
): Promise<ReadonlyMap<string, number>> {
  return addedUse(await versions.keyUse(), await new SealedRuns(database).keyUse());
}
