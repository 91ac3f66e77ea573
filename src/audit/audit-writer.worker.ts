import { parentPort, workerData } from 'node:worker_threads';
import { type AppendLog, LogUnreachable } from './append-log.js';
import { AuditLogFile } from './audit-log-file.js';
import type { FromWorker, ToWorker, WriterData } from './writer-messages.js';

// Its only starter, audit-writer.ts, passes this.
const log = await open(workerData as WriterData);

// One message at a time: the writer sends none before the last one was answered.
parentPort?.on('message', (message: ToWorker | 'close') => {
  if (message === 'close') {
    void log.close().finally(() => parentPort?.close());
    return;
  }
  void append(message);
});

async function open(location: WriterData): Promise<AppendLog> {
  const onAlarm = (message: string): void => answer({ kind: 'alarm', message });
  if (location.dialect === 'sqlite') return new AuditLogFile(location, onAlarm);
  // Its client is loaded where it is needed.
  const { PostgresAuditLog } = await import('./postgres-audit-log.js');
  return new PostgresAuditLog(location.url, onAlarm);
}

async function append({ entries }: ToWorker): Promise<void> {
  const startedAtMs = performance.now();
  try {
    const first = await log.append(entries);
    answer({ kind: 'committed', first, durationMs: performance.now() - startedAtMs });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failed', message, isUnreachable: error instanceof LogUnreachable });
  }
}

function answer(message: FromWorker): void {
  parentPort?.postMessage(message);
}
