import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import type { LogEntry } from '../../../src/audit/audit-log-file.js';
import { SystemClock } from '../../../src/core/clock.js';
import { Database } from '../../../src/storage/database.js';
import { callContext, eventOf, type EventWish } from '../../unit/audit/audit-builders.js';

/** A log in a folder, with what reads and writes it. */
export interface AuditFixture {
  readonly dataDir: string;
  readonly database: Database;
  readonly writer: AuditWriter;
  readonly reader: AuditReader;
  readonly service: AuditService;
  readonly alarms: string[];
  readonly commits: number[];
  close(): Promise<void>;
}

export async function openAudit(dataDir: string): Promise<AuditFixture> {
  const alarms: string[] = [];
  const commits: number[] = [];
  const onAlarm = (message: string) => void alarms.push(message);
  const database = await Database.open(dataDir);
  const onCommit = (events: number) => void commits.push(events);
  const writer = new AuditWriter(database.path, { onAlarm, onCommit });
  const reader = new AuditReader(database);
  const service = new AuditService(writer, reader, new SystemClock(), onAlarm);
  const close = async () => {
    await writer.close();
    database.close();
  };
  return { dataDir, database, writer, reader, service, alarms, commits, close };
}

/** A new folder that the test removes with `remove`. */
export function temporaryDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-audit-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function entry(wish: EventWish = {}): LogEntry {
  return { json: JSON.stringify(eventOf(wish)), stage: wish.stage ?? 'single' };
}

/** A read through the service that takes whatever its effect gives. */
export function readOnce(audit: AuditFixture): Promise<string> {
  const facts = { action: 'secrets.reveal', namespace: 'pay', secret: 'db' } as const;
  return audit.service.read(callContext(), facts, () => Promise.resolve('value'));
}
