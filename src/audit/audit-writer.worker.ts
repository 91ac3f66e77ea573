import { parentPort, workerData } from 'node:worker_threads';
import { AuditLogFile } from './audit-log-file.js';
import type { FromWorker, ToWorker, WriterData } from './writer-messages.js';

// Its only starter, audit-writer.ts, passes this.
const { path } = workerData as WriterData;
const log = new AuditLogFile(path, (message) => answer({ kind: 'alarm', message }));

// One message at a time: the writer sends none before the last one was answered.
parentPort?.on('message', (message: ToWorker | 'close') => {
  if (message === 'close') {
    log.close();
    parentPort?.close();
    return;
  }
  void append(message);
});

async function append({ entries }: ToWorker): Promise<void> {
  const startedAtMs = performance.now();
  try {
    const first = await log.append(entries);
    answer({ kind: 'committed', first, durationMs: performance.now() - startedAtMs });
  } catch (error) {
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

function answer(message: FromWorker): void {
  parentPort?.postMessage(message);
}
