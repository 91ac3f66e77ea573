import { parentPort, workerData } from 'node:worker_threads';
import { RowMac } from '../encryption/domain/row-mac.js';
import { type AppendLog, LogShrunk, LogUnreachable } from './append-log.js';
import { AuditLogFile } from './audit-log-file.js';
import type { LogEntry } from './domain/log-entry.js';
import type { FromWorker, ToWorker, WriterData } from './writer-messages.js';
import { CLOSE } from '../platform/threads/thread.js';

// Its only starter, audit-writer.ts, passes this.
const { location, rowKey, written, tail } = workerData as WriterData;
// Its client is loaded only if needed.
const postgres = location.dialect === 'postgres' ? await import('./queue/queued-log.js') : null;
const log = openLog(new RowMac(rowKey));

// One append at a time: the writer sends none before the result of the last one.
parentPort?.on('message', (message: ToWorker) => {
  if (message === CLOSE) void close();
  else if (message.kind === 'forget') log.forget();
  else void append(message.entries);
});

function openLog(mac: RowMac): AppendLog {
  const onAlarm = (message: string): void => answer({ kind: 'alarm', message });
  if (location.dialect === 'sqlite') return new AuditLogFile(location, { mac, onAlarm, written });
  if (postgres === null) throw new Error('the client of PostgreSQL is not loaded');
  return new postgres.QueuedLog({
    url: location.url,
    mac,
    onAlarm,
    onProgress: (progress) => answer({ kind: 'sequenced', ...progress }),
    ...(tail !== undefined && { tail }),
  });
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

async function close(): Promise<void> {
  await log.close();
  parentPort?.close();
}

function answer(message: FromWorker): void {
  parentPort?.postMessage(message);
}
