import type { Database } from '../platform/storage/database.js';
import { addedUse } from './domain/added-use.js';

/** Tables in which each row has a value that a key wraps. */
type WrappedTable = 'version_payloads' | 'rotation_values' | 'sealing_keys';

/** Returns how much each key wraps: versions, values of runs, sealing keys. Throws StorageError. */
export async function keyUse(database: Database): Promise<ReadonlyMap<string, number>> {
  return addedUse(
    await useIn(database, 'version_payloads'),
    await useIn(database, 'rotation_values'),
    await useIn(database, 'sealing_keys'),
  );
}

/** Returns the number of a table's rows under each key. Throws StorageError. */
export async function useIn(
  database: Database,
  table: WrappedTable,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query(
    (db) =>
      db
        .selectFrom(table)
        .select((eb) => ['key_id', eb.fn.countAll().as('count')])
        .groupBy('key_id')
        .execute(),
    'work',
  );
  return new Map(rows.map((row) => [row.key_id, Number(row.count)]));
}
