import { parentPort, workerData } from 'node:worker_threads';
import { CompiledQuery } from 'kysely';
import type { ReadData, ReadQuery, ReadResult } from './read-thread-messages.js';
import { SqliteDatabase } from './sqlite-database.js';
import { DamagedStorage } from './storage-error.js';

// Its only starter, read-thread.ts, passes this.
const { location, attached } = workerData as ReadData;
const database = SqliteDatabase.beside(location, attached);

parentPort?.on('message', (query: ReadQuery) => {
  void answer(query).then((result) => parentPort?.postMessage(result));
});

async function answer({ id, sql, parameters }: ReadQuery): Promise<ReadResult> {
  try {
    const query = CompiledQuery.raw(sql, [...parameters]);
    const { rows } = await database.query((db) => db.executeQuery(query));
    return { id, rows };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { id, failure, isDamaged: error instanceof DamagedStorage };
  }
}
