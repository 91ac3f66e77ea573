import { parentPort, workerData } from 'node:worker_threads';
import { CompiledQuery } from 'kysely';
import type { ReadQuery, ReadResult } from './read-thread-messages.js';
import { SqliteDatabase, type SqliteLocation } from './sqlite-database.js';

// Its only starter, read-thread.ts, passes this.
const database = SqliteDatabase.beside(workerData as SqliteLocation);

parentPort?.on('message', (query: ReadQuery) => {
  void answer(query).then((result) => parentPort?.postMessage(result));
});

async function answer({ id, sql, parameters }: ReadQuery): Promise<ReadResult> {
  try {
    const query = CompiledQuery.raw(sql, [...parameters]);
    const { rows } = await database.query((db) => db.executeQuery(query));
    return { id, rows };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}
