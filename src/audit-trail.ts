import type { KeyObject } from 'node:crypto';
import { AlteredEntries } from './audit/altered-entries.js';
import { AuditReader } from './audit/audit-reader.js';
import { AuditWriter } from './audit/audit-writer.js';
import { AuditService } from './audit/audit.service.js';
import { guardedAppend } from './audit/anchors/guarded-append.js';
import type { RollbackGuard } from './audit/anchors/rollback-guard.js';
import { gatewayCaller } from './audit/gateway-caller.js';
import type { BackgroundPublisher } from './audit/log/background-publisher.js';
import { openAuditLog } from './audit/log/open-audit-log.js';
import { openSearches, type Searches } from './audit/search-index/open-searches.js';
import { openAuditOutlets } from './audit-outlets.js';
import type { Cluster } from './cluster.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import type { Database } from './platform/storage/database.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';

export interface AuditTrailParts extends Pick<Telemetry, 'logger' | 'metrics'> {
  readonly database: Database;
  readonly cluster: Pick<Cluster, 'self' | 'rightsProbe'>;
  readonly clock: Clock;
  /** The key of the MACs of rows, once it is known: nothing is written or signed before. */
  readonly rowKey: Promise<KeyObject>;
  /** Told when requests are served that were refused before, since a rollback was accepted. */
  readonly onReleased: () => void;
}

export type AuditTrail = Awaited<ReturnType<typeof openAuditTrail>>;

const DONE = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;

/**
 * Opens the audit trail over a database: what is written, read, signed, and where else it goes. It
 * is compared with its anchors before anything is added. Throws LogKeyError.
 */
export async function openAuditTrail(config: Config, parts: AuditTrailParts) {
  const { cluster, database, clock, logger, rowKey } = parts;
  const onAlarm = (message: string): void => logger.alarm(message);
  const signing: Signing = {};
  const auditWriter = openWriter(
    { ...parts, onAlarm },
    { onNew: () => signing.publisher?.nudge(), onLoss: () => auditOutlets.suspect() },
  );
  const auditOutlets = openAuditOutlets(config, {
    ...guardHooks(signing, auditWriter, parts.onReleased),
    ...{ database, rowKey, self: cluster.self, onAlarm },
    record: (facts) => audit.record(gatewayCaller(config.kubernetes.gatewayNamespace), facts, DONE),
  });
  const { guard } = auditOutlets;
  await guard.look();
  const auditLog = await openAuditLog(config, database, {
    rowKey,
    onAlarm,
    onPublished: (checkpoint) => auditOutlets.signed(checkpoint),
    onRollback: () => auditOutlets.suspect(),
    ...seenBy(guard),
  });
  signing.publisher = auditLog.publisher;
  auditWriter.start();
  const searches = openTrailSearches(parts);
  const alteredEntries = new AlteredEntries(onAlarm);
  const auditReads = searches.reads();
  const audit = new AuditService(
    guardedAppend(auditWriter, () => guard),
    new AuditReader(auditReads, alteredEntries, searches.reads()),
    clock,
    onAlarm,
    { writers: database.writers, refusal: () => cluster.rightsProbe.refusal },
  );
  return {
    ...{ audit, auditLog, auditWriter, auditOutlets, auditReads, alteredEntries },
    startAuditTrail(): void {
      searches.index?.start();
      auditLog.publisher.start();
      auditOutlets.start();
    },
    /** What was taken is written, signed, anchored and fed, each within a bounded time. */
    async closeAuditTrail(): Promise<void> {
      await auditLog.publisher.stop();
      await auditOutlets.stop();
      await auditWriter.close();
      await searches.close();
    },
  };
}

/** What the log is opened with, after the first look of the guard. */
function seenBy({ refusal, hasForeign }: Pick<RollbackGuard, 'refusal' | 'hasForeign'>) {
  const obstacle = refusal === undefined ? {} : { obstacle: refusal };
  return { ...obstacle, isAnchoredElsewhere: hasForeign };
}

/** Searches hold up nobody else, and counts no searches. */
function openTrailSearches({ database, logger, metrics }: AuditTrailParts): Searches {
  const searches = openSearches(database, {
    onAlarm: (message) => logger.alarm(message),
    onNotice: (message) => logger.notice(message),
  });
  const { index } = searches;
  if (index !== undefined) {
    metrics.watchAuditIndex(() => ({ behind: index.entriesBehind, isFailing: index.isFailing }));
  }
  return searches;
}

/** What signs the log, once it is there: the guard has its first look before. */
interface Signing {
  publisher?: BackgroundPublisher;
}

/** What the guard against rollbacks asks, and what follows from what it finds. */
function guardHooks(signing: Signing, writer: AuditWriter, onReleased: () => void) {
  return {
    loss: () => writer.loss ?? signing.publisher?.rollback,
    onAccepted: () => {
      writer.forget();
      signing.publisher?.forget();
    },
    onReleased: () => {
      signing.publisher?.hold(undefined);
      onReleased();
    },
  };
}

function openWriter(
  parts: Pick<AuditTrailParts, 'database' | 'metrics' | 'rowKey'> & {
    readonly onAlarm: (message: string) => void;
  },
  { onNew, onLoss }: { readonly onNew: () => void; readonly onLoss: () => void },
): AuditWriter {
  const { database, metrics, rowKey, onAlarm } = parts;
  return new AuditWriter(database.location, {
    rowKey,
    onAlarm,
    onLoss,
    onCommit: (events, durationMs) => {
      metrics.auditCommitted(events, durationMs);
      if (events > 0) onNew();
    },
  });
}
