import { setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { limits } from '../../core/limits.js';
import { openForThread } from '../../platform/storage/open-for-thread.js';
import { SearchIndexer } from './search-indexer.js';
import type { FromSearchIndex, SearchIndexData, ToSearchIndex } from './search-index-messages.js';
import { CLOSE } from '../../platform/threads/thread.js';

// Its only starter, search-index.ts, passes this.
const { location, index, checkEveryMs } = workerData as SearchIndexData;
const ending = new AbortController();
const { signal } = ending;
let asked: number[] = [];
let wake: (() => void) | undefined;
/** Why it cannot be updated, until the next attempt. */
let failure: string | undefined;

const tell = (message: FromSearchIndex): void => parentPort?.postMessage(message);

// On Linux for this thread alone: responses do not wait for a processor that the index uses.
// https://man7.org/linux/man-pages/man2/setpriority.2.html#NOTES
try {
  if (process.platform === 'linux') setPriority(limits.auditIndexNiceness);
} catch {
  // Some container sandboxes refuse that.
}

const database = await openForThread(location);
const indexer = new SearchIndexer({
  database,
  index,
  onProgress: (progress) => tell({ kind: 'progress', progress }),
  onAnew: (reason) => tell({ kind: 'made anew', reason }),
});

parentPort?.on('message', (message: ToSearchIndex) => {
  if (message === CLOSE) ending.abort();
  else if (message.kind === 'suspect') indexer.suspect();
  else if (failure !== undefined) tell({ kind: 'failed', ids: [message.id], reason: failure });
  else asked.push(message.id);
  if (failure === undefined || signal.aborted) wake?.();
});

void check();
let backoffMs: number = limits.auditIndexBackoffMsMin;
while (!signal.aborted) {
  const ids = asked;
  asked = [];
  try {
    await indexer.catchUp(signal);
    tell({ kind: 'caught up', ids });
    backoffMs = limits.auditIndexBackoffMsMin;
    if (asked.length === 0) await pause(limits.auditIndexEveryMs);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    tell({ kind: 'failed', ids: [...ids, ...asked], reason: failure });
    asked = [];
    await pause(backoffMs);
    failure = undefined;
    backoffMs = Math.min(2 * backoffMs, limits.auditIndexBackoffMsMax);
  }
}
indexer.close();
await database.close();
parentPort?.close();

/** Checks the index in the background, with a tenth of a processor. */
async function check(): Promise<void> {
  while (!signal.aborted) {
    const startedAt = performance.now();
    const isOver = await indexer.checkNext().catch(() => true);
    const restMs = limits.checkRestFactor * (performance.now() - startedAt);
    const pauseMs = isOver ? checkEveryMs : limits.auditCheckPauseMs;
    await wait(Math.max(pauseMs, restMs), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Pauses; ends early for a request. */
async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  wake = resolve;
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
  wake = undefined;
}
