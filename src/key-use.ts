import { addedUse } from './encryption/domain/added-use.js';
import { SealedRuns } from './rotation/store/sealed-runs.js';
import type { Database } from './platform/storage/database.js';
import { KeyReads } from './versions/store/key-reads.js';

/** How much each key wraps: versions, and values of rotation runs. Throws StorageError. */
export async function keyUse(database: Database): Promise<ReadonlyMap<string, number>> {
  const versions = await new KeyReads(database).keyUse();
  return addedUse(versions, await new SealedRuns(database).keyUse());
}
