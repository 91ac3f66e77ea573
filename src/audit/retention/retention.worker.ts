import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { limits } from '../../core/limits.js';
import { RowMac } from '../../encryption/domain/row-mac.js';
import { openForThread } from '../../platform/storage/open-for-thread.js';
import { prune } from './prune.js';
import { PruneStore } from './prune-store.js';
import type { FromRetention, RetentionData, ToRetention } from './retention-messages.js';
import { CLOSE } from '../../platform/threads/thread.js';

// Its only starter, audit-retention.ts, passes this.
const { location, rowKey, ...rules } = workerData as RetentionData;
const ending = new AbortController();
const { signal } = ending;
let settle: ((isDurable: boolean) => void) | undefined;

const tell = (message: FromRetention): void => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToRetention) => {
  if (message === CLOSE) ending.abort();
  settle?.(message !== CLOSE && message.isDurable);
});

const database = await openForThread(location);
const store = new PruneStore(database, new RowMac(rowKey));
while (!signal.aborted) {
  const range = await prune(
    {
      ...rules,
      store,
      onDeadLettersLost: (count) => tell({ kind: 'dead letters lost', count }),
      onHeld: (by) => tell({ kind: 'held', by }),
      onYoungPruned: () => tell({ kind: 'young pruned' }),
      record: async (range) => {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        settle = resolve;
        tell({ kind: 'record', range });
        if (!(await promise)) throw new Error('what is to go could not be recorded');
      },
    },
    signal,
  ).catch((error: Error) => {
    if (!signal.aborted) tell({ kind: 'failed', reason: error.message });
    return undefined;
  });
  if (range !== undefined) tell({ kind: 'pruned', range });
  await wait(limits.auditRetentionEveryMs, undefined, { signal }).catch(() => undefined);
}
await database.close();
parentPort?.close();
