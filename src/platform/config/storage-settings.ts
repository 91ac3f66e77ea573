import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { isServerUrl } from '../storage/postgres/server-address.js';
import { SQLITE_URL } from '../storage/storage-location.js';

/** Storage of audit trail, tokens and idempotency records. */
export const storageSettings = z.strictObject({
  /** File in the data folder, or a PostgreSQL server. Problems never quote it: passwords. */
  url: z
    .string()
    .refine(
      (text) => text === SQLITE_URL || isServerUrl(text),
      'neither sqlite: nor a postgres:// URL',
    )
    .default(SQLITE_URL),
  /** Most connections of this gateway to a PostgreSQL server. */
  connectionsMax: z
    .int()
    .min(limits.postgresConnectionsSettableMin)
    .max(limits.postgresConnectionsSettableMax)
    .default(limits.postgresConnectionsMax),
});
