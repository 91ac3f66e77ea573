import type { KeyObject } from 'node:crypto';
import type { Config } from '../platform/config/config.schema.js';
import { SystemClock } from '../core/clock.js';
import { knownRowKey } from '../encryption/known-row-key.js';
import { openKeyRing } from '../encryption/open-key-ring.js';
import { keyUse } from '../encryption/key-use.js';
import type { Database } from '../platform/storage/database.js';

/**
 * Returns the gateways' key of the MACs of rows; creates it if there is none yet. Throws
 * EncryptionKeyError: what a command records counts only with that key.
 */
export async function operatorRowKey(
  config: Config,
  database: Database,
  onAlarm: (message: string) => void,
): Promise<KeyObject> {
  const known = await knownRowKey(config, database);
  if (known !== undefined) return known;
  const ring = await openKeyRing(config, {
    database,
    clock: new SystemClock(),
    keyUse: () => keyUse(database),
    // A database without that key has had no other key to replace.
    record: () => Promise.reject(new Error('the database has lost the secret of MACs')),
    onAlarm,
  });
  await ring.close();
  return ring.rowKey;
}
