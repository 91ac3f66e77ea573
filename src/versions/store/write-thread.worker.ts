import { parentPort, workerData } from 'node:worker_threads';
import { RowMac } from '../../encryption/domain/row-mac.js';
import { openForThread } from '../../platform/storage/open-for-thread.js';
import { SqlVersionWrites } from './sql-version-writes.js';
import { WalEraser } from './wal-eraser.js';
import type { WriteAnswer, WriteCall, WriteThreadData } from './write-messages.js';
import { CLOSE } from '../../platform/threads/thread.js';

// Its only starter, write-thread.ts, passes this.
const { location, rowKey } = workerData as WriteThreadData;
const database = await openForThread(location);
const eraser = new WalEraser(database);
const writes = new SqlVersionWrites(database, new RowMac(rowKey), eraser);
// Erase what an earlier thread has left.
eraser.eraseSoon();

let last: Promise<void> = Promise.resolve();

// In sequence: a connection has one transaction at a time.
parentPort?.on('message', (call: WriteCall | 'close') => {
  last = last.then(() => (call === CLOSE ? close() : answer(call)));
});

async function answer(call: WriteCall): Promise<void> {
  parentPort?.postMessage(await outcomeOf(call));
}

async function outcomeOf({ id, write, args }: WriteCall): Promise<WriteAnswer> {
  try {
    // Name and arguments belong together, which a union type loses.
    const run = writes[write].bind(writes) as (...given: readonly unknown[]) => Promise<unknown>;
    return { id, result: await run(...args) };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

async function close(): Promise<void> {
  await eraser.close();
  await database.close();
  parentPort?.close();
}
