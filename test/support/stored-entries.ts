import { Buffer } from 'node:buffer';
import { untilIntegrated } from '../../src/audit/queue/until-integrated.js';
import { searchRows } from '../../src/audit/domain/entry-rows.js';
import type { AuditEntryTable } from '../../src/platform/storage/schema.js';
import type { Database } from '../../src/platform/storage/database.js';

/** Entries in the order of the log, with those that were queued, and what they are found by. */
export async function storedEntries(database: Database): Promise<readonly AuditEntryTable[]> {
  if (database.dialect === 'postgres') await untilIntegrated(database);
  const rows = await database.query((db) =>
    db.selectFrom('audit_entries').selectAll().orderBy('leaf_index').execute(),
  );
  return rows.map((row) => {
    const { leaf_index, call_index, stage, source, leaf_hash, event, mac } = row;
    const json = Buffer.from(event).toString('utf8');
    const placed = { json, leafIndex: leaf_index, callIndex: call_index, stage, source };
    const { columns } = searchRows(placed, row.written_ms ?? row.time_ms ?? 0);
    return { leaf_index, call_index, stage, source, leaf_hash, event, mac, ...columns };
  });
}

/** SQLite's audit ids, in the words of SQL. */
export const AUDIT_ID = "CAST(event AS TEXT) ->> '$.auditID'";
/** The same of actions. */
export const ACTION = `CAST(event AS TEXT) ->> '$.annotations."sallyport.dev/action"'`;
