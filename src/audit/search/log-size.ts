import type { Reads } from '../../platform/storage/reads.js';

/** Returns the number of entries ever written, which is the next leaf index. */
export async function logSize(database: Reads): Promise<number> {
  const row = await database.query((db) =>
    db.selectFrom('audit_head').select('size').executeTakeFirstOrThrow(),
  );
  return row.size;
}
