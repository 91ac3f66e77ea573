import { z } from 'zod';
import { isServerUrl } from '../storage/postgres/server-address.js';
import { SQLITE_URL } from '../storage/storage-location.js';

/** Where audit trail, tokens and idempotency records are kept. */
export const storageSettings = z.strictObject({
  /** A file in the data folder, or a PostgreSQL server. A problem never repeats it: passwords. */
  url: z
    .string()
    .refine(
      (text) => text === SQLITE_URL || isServerUrl(text),
      'neither sqlite: nor a postgres:// URL',
    )
    .default(SQLITE_URL),
});
