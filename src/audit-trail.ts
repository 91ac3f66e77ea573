import { AuditReader } from './audit/audit-reader.js';
import { AuditWriter } from './audit/audit-writer.js';
import { AuditService } from './audit/audit.service.js';
import { guardedAppend } from './audit/anchors/guarded-append.js';
import { gatewayCaller } from './audit/gateway-caller.js';
import { openAuditLog } from './audit/log/open-audit-log.js';
import { openAuditOutlets } from './audit-outlets.js';
import type { Config } from './config/config.schema.js';
import type { Clock } from './core/clock.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import type { Database } from './storage/database.js';
import { openReads } from './storage/open-reads.js';
import type { Telemetry } from './telemetry/telemetry.js';

export interface AuditTrailParts extends Pick<Telemetry, 'logger' | 'metrics'> {
  readonly database: Database;
  readonly self: SelfKubeClient;
  readonly clock: Clock;
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
  const { database, self, clock, logger, onReleased } = parts;
  const onAlarm = (message: string): void => logger.alarm(message);
  const auditOutlets = openAuditOutlets(config, {
    database,
    self,
    record: (facts) => audit.record(gatewayCaller(config.kubernetes.gatewayNamespace), facts, DONE),
    onAlarm,
    onReleased: () => {
      auditLog.publisher.hold(undefined);
      onReleased();
    },
  });
  const { guard } = auditOutlets;
  await guard.look();
  const obstacle = guard.refusal;
  const auditLog = await openAuditLog(config, database, { onAlarm, ...(obstacle && { obstacle }) });
  const auditWriter = openWriter({ ...parts, onAlarm }, () => auditLog.publisher.nudge());
  // Searches hold up nobody else, and counts no searches.
  const auditReads = [openReads(database), openReads(database)] as const;
  const audit = new AuditService(
    guardedAppend(auditWriter, () => guard),
    new AuditReader(...auditReads),
    clock,
    onAlarm,
    database.writers,
  );
  return {
    audit,
    auditLog,
    auditWriter,
    auditOutlets,
    startAuditTrail(): void {
      auditLog.publisher.start();
      auditOutlets.start();
    },
    /** What was taken is written, signed, anchored and fed, each within a bounded time. */
    async closeAuditTrail(): Promise<void> {
      await auditLog.publisher.stop();
      await auditOutlets.stop();
      await auditWriter.close();
      await Promise.all(auditReads.map((reads) => reads.close()));
    },
  };
}

function openWriter(
  parts: Pick<AuditTrailParts, 'database' | 'metrics'> & {
    readonly onAlarm: (message: string) => void;
  },
  onNew: () => void,
): AuditWriter {
  const { database, metrics, onAlarm } = parts;
  const writer = new AuditWriter(database.location, {
    onAlarm,
    onCommit: (events, durationMs) => {
      metrics.auditCommitted(events, durationMs);
      if (events > 0) onNew();
    },
  });
  writer.start();
  return writer;
}
