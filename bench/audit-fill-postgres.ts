import pg from 'pg';
import { insertQuery } from '../src/audit/queue/entry-inserts.js';
import type { EntryRows } from '../src/audit/domain/entry-rows.js';

const rowsPerInsert = 2_000;

/** Writes rows into an empty database of the gateway's on a server; returns how many. */
export async function fillPostgres(url: string, rows: Iterable<EntryRows>): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    const { rows: indexes } = await client.query<{ name: string; made: string }>(
      `SELECT indexname AS name, indexdef AS made FROM pg_indexes
        WHERE tablename = 'audit_entries' AND indexname NOT LIKE '%_pkey'`,
    );
    for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
    const size = await insertAll(client, rows);
    for (const { made } of indexes) await client.query(made);
    await client.query(`UPDATE audit_head SET size = ${size}`);
    // As the server does by itself in time: without it no index is enough alone.
    await client.query('VACUUM ANALYZE audit_entries');
    await client.query('VACUUM ANALYZE audit_names');
    return size;
  } finally {
    await client.end();
  }
}

async function insertAll(client: pg.Client, rows: Iterable<EntryRows>): Promise<number> {
  let size = 0;
  let batch: EntryRows[] = [];
  const flush = async () => {
    await client.query(insertQuery(batch));
    size += batch.length;
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === rowsPerInsert) await flush();
  }
  await flush();
  return size;
}
