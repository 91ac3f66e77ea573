import { parentPort, workerData } from 'node:worker_threads';
import { type AppendLog, LogShrunk, LogUnreachable } from './append-log.js';
import { AuditLogFile } from './audit-log-file.js';
import type { LogEntry } from './domain/log-entry.js';
import type { FromWorker, ToWorker, WriterData } from './writer-messages.js';

// Its only starter, audit-writer.ts, passes this.
const log = await open(workerData as WriterData);

// One message at a time: the writer sends none before the last one was answered.
parentPort?.on('message', (message: ToWorker | 'close') => {
  if (message === 'close') {
    void log.close().finally(() => parentPort?.close());
    return;
  }
  if (message.kind === 'forget') log.forget();
  else void append(message.entries);
});

async function open({ location, written }: WriterData): Promise<AppendLog> {
  const onAlarm = (message: string): void => answer({ kind: 'alarm', message });
  if (location.dialect === 'sqlite') return new AuditLogFile(location, onAlarm, written);
  // Its client is loaded where it is needed.
  const { PostgresAuditLog } = await import('./postgres-audit-log.js');
  return new PostgresAuditLog(location.url, written);
}

async function append(entries: readonly LogEntry[]): Promise<void> {
  const startedAtMs = performance.now();
  try {
    const appended = await log.append(entries);
    answer({ kind: 'committed', ...appended, durationMs: performance.now() - startedAtMs });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUnreachable = error instanceof LogUnreachable;
    answer({ kind: 'failed', message, isUnreachable, isShrunk: error instanceof LogShrunk });
  }
}

function answer(message: FromWorker): void {
  parentPort?.postMessage(message);
}
