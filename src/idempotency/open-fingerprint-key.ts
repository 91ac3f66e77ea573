import { sql } from 'kysely';
import type { Database } from '../storage/database.js';
import { serverPassword } from '../storage/postgres/server-address.js';
import { StorageError } from '../storage/storage-error.js';
import { FingerprintKey } from './fingerprint-key.js';

/** The key that goes with a database: of the data folder, or of all that share a server. */
export async function openFingerprintKey(
  database: Database,
  dataDir: string,
): Promise<FingerprintKey> {
  const { location } = database;
  if (location.dialect === 'sqlite') return FingerprintKey.open(dataDir);
  const { rows } = await database.query(
    (db) => sql<{ seed: Uint8Array }>`SELECT seed FROM idempotency_seed`.execute(db),
    'work',
  );
  const [row] = rows;
  if (row === undefined) throw new StorageError('the database has lost its idempotency seed');
  return FingerprintKey.derive(serverPassword(location.url), row.seed);
}
