import { AlteredEntries } from '../../../src/audit/altered-entries.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { openSearches } from '../../../src/audit/search-index/open-searches.js';
import type { SearchIndexOptions } from '../../../src/audit/search-index/search-index.js';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import type { EntryPlace } from '../../../src/audit/domain/entry-place.js';
import type { LogEntry } from '../../../src/audit/domain/log-entry.js';
import { SystemClock } from '../../../src/core/clock.js';
import type { Database } from '../../../src/platform/storage/database.js';
import type { SearchReads } from '../../../src/platform/storage/reads.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import type { CallRunner } from '../../../src/calls/call-runner.service.js';
import { callsOver } from '../../unit/calls/calls.builder.js';
import { callContext, eventOf, type EventWish } from '../../unit/audit/audit-builders.js';
import { rowKeyOf } from '../../unit/encryption/row-integrity.builder.js';

const WRITABLE_MS_MAX = 20_000;

/** A log with what reads and writes it. */
export interface AuditFixture {
  readonly database: Database;
  readonly writer: AuditWriter;
  readonly reader: AuditReader;
  readonly searches: SearchReads;
  readonly service: AuditService;
  /** Runs calls over it. */
  readonly calls: CallRunner;
  readonly alarms: string[];
  readonly commits: number[];
  /** Waits until the thread that writes runs, which a busy machine takes longer for. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The same in a folder. */
export type AuditFolder = AuditFixture & {
  readonly dataDir: string;
  readonly database: SqliteDatabase;
};

/** What a gateway makes of a database that is open; it closes that in the end. */
export function auditOver<T extends Database>(
  database: T,
  index: Pick<SearchIndexOptions, 'worker' | 'checkEveryMs'> = {},
): AuditFixture & { database: T } {
  const alarms: string[] = [];
  const commits: number[] = [];
  const onAlarm = (message: string) => void alarms.push(message);
  const onCommit = (events: number) => void commits.push(events);
  const rowKey = rowKeyOf();
  const writer = new AuditWriter(database.location, { rowKey, onAlarm, onCommit });
  const opened = openSearches(database, { onAlarm, ...index });
  const searches = opened.shared;
  const reader = new AuditReader(searches, new AlteredEntries(onAlarm));
  const service = new AuditService(writer, reader, new SystemClock(), {
    writers: database.writers,
  });
  const calls = callsOver(service);
  const close = async () => {
    await writer.close();
    await opened.close();
    await database.close();
  };
  const ready = async () => {
    await untilWritable(writer);
    for (const list of [alarms, commits]) list.length = 0;
  };
  return { database, writer, reader, searches, service, calls, alarms, commits, ready, close };
}

/** Rejects with the last refusal: a log that can never be written must not keep a test waiting. */
async function untilWritable(writer: AuditWriter): Promise<void> {
  const deadlineMs = performance.now() + WRITABLE_MS_MAX;
  for (;;) {
    try {
      return await writer.check();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
  }
}

/** Returns the leaf indexes that entries have got, now or from the sequencer. */
export async function leafIndexesOf(
  { database, searches }: Pick<AuditFixture, 'database' | 'searches'>,
  places: readonly EntryPlace[],
): Promise<readonly number[]> {
  if (places.every((place) => typeof place === 'number')) return places;
  await searches.integrated();
  const spans = await database.query((db) => db.selectFrom('audit_spans').selectAll().execute());
  return places.map((place) => {
    if (typeof place === 'number') return place;
    const span = spans.find(
      ({ writer, first_sequence: first, entries }) =>
        writer === place.writer && first <= place.sequence && place.sequence < first + entries,
    );
    if (span === undefined) throw new Error('the entry is not in the log');
    return span.first_leaf + place.sequence - span.first_sequence;
  });
}

/** The same of one entry. */
export async function leafIndexOf(
  audit: Pick<AuditFixture, 'database' | 'searches'>,
  place: EntryPlace,
): Promise<number> {
  const [index] = await leafIndexesOf(audit, [place]);
  if (index === undefined) throw new Error('the entry has no leaf index');
  return index;
}

export async function openAudit(dataDir: string): Promise<AuditFolder> {
  const audit = auditOver(await SqliteDatabase.open(dataDir));
  await audit.ready();
  return { dataDir, ...audit };
}

/** A new folder that the test removes with `remove`. */
export function temporaryDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-audit-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** An entry of an allowed read, but for what is wished otherwise. */
export function entry({
  callIndex,
  ...wish
}: EventWish & { callIndex?: EntryPlace } = {}): LogEntry {
  const json = JSON.stringify(eventOf(wish));
  return {
    json,
    stage: wish.stage ?? 'single',
    ...(callIndex !== undefined && { call: callIndex }),
  };
}

/** A read through the service that takes whatever its effect gives. */
export function readOnce(audit: AuditFixture): Promise<string> {
  const facts = { action: 'secrets.reveal', namespace: 'pay', secret: 'db' } as const;
  return audit.calls.read(callContext(), facts, () => Promise.resolve('value'));
}
