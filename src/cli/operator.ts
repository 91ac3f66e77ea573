import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { AlteredEntries } from '../audit/altered-entries.js';
import { AuditReader } from '../audit/audit-reader.js';
import { succeeded } from '../audit/domain/audit-result.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { AuditService } from '../audit/audit.service.js';
import { openSearches } from '../audit/search-index/open-searches.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import type { Config } from '../platform/config/config.schema.js';
import type { CallContext } from '../core/call-context.js';
import { SystemClock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import { Principal } from '../core/principal.js';
import { RowMac } from '../encryption/domain/row-mac.js';
import type { Database } from '../platform/storage/database.js';
import { openStorage } from '../platform/storage/open-storage.js';
import type { CommandIo } from './command.js';
import { operatorRowKey } from './operator-row-key.js';

/** User of the machine itself, who works on the database and is recorded. */
export interface Operator {
  readonly database: Database;
  readonly audit: AuditService;
  readonly writer: AuditWriter;
  /** Creates and checks MACs of rows. */
  readonly mac: RowMac;
  /** Records an action and its reason; throws if it cannot be recorded. */
  record(facts: AuditFacts, reason?: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the configured data; throws StorageError, also if a gateway uses the folder. */
export async function openOperator(config: Config, io: CommandIo): Promise<Operator> {
  const database = await openStorage(config.storage.url, config.dataDir);
  const onAlarm = (message: string): void => io.err(`${message}\n`);
  const rowKey = await operatorRowKey(config, database, onAlarm).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const writer = new AuditWriter(database.location, {
    rowKey,
    onAlarm,
  });
  await untilReady(writer);
  const clock = new SystemClock();
  const searches = openSearches(database, { onAlarm });
  const reader = new AuditReader(searches.reads(), new AlteredEntries(onAlarm));
  const audit = new AuditService(writer, reader, clock, { writers: database.writers });
  return {
    database,
    audit,
    writer,
    mac: new RowMac(rowKey),
    record: async (facts, reason) => {
      const caller = { ...operatorContext(), ...(reason && { changeReason: reason }) };
      await audit.record(caller, facts, succeeded);
      // A command goes on with the log, and reports what that has.
      await searches.shared.integrated();
    },
    close: async () => {
      await writer.close();
      await searches.close();
      await database.close();
    },
  };
}

/** Waits for the writing thread: a command has time to wait, a request would not. */
async function untilReady(writer: AuditWriter): Promise<void> {
  writer.start();
  const endMs = performance.now() + limits.operatorStartMsMax;
  for (let isReady = false; !isReady && performance.now() < endMs;) {
    isReady = await writer.check().then(
      () => true,
      () => false,
    );
  }
}

/** Returns the operator as a caller: `operator:` and the name of the user of the machine. */
export function operatorContext(): CallContext {
  const principal = Principal.forUser({
    username: `operator:${userName()}`,
    kind: 'certificate',
    credentialId: 'operator',
  });
  const auditId = randomUUID();
  const nowhere = { door: 'job', sourceIp: '', requestUri: '' } as const;
  return { ...nowhere, principal, auditId, requestId: auditId };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in containers.
    return String(process.getuid?.() ?? 'unknown');
  }
}
