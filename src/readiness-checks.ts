import type { ReportIntake } from './audit/ingest/report-intake.js';
import type { AuditTrail } from './audit-trail.js';
import type { Cluster } from './cluster.js';
import { Readiness } from './platform/health/readiness.js';
import type { SelfKubeClient } from './kubernetes/self-kube.client.js';
import type { Versions } from './open-versions.js';
import type { RunningCache } from './secret-cache.js';
import type { AppLogger } from './platform/telemetry/app-logger.js';

/** What must be well for the gateway to be ready, and what operators are told besides. */
export function readinessOf(
  parts: Pick<Cluster, 'self' | 'authentication' | 'rightsProbe'> &
    Pick<AuditTrail, 'auditWriter' | 'auditLog' | 'auditOutlets' | 'alteredEntries'> &
    Pick<Versions, 'history' | 'rowIntegrity'> & {
      readonly reportIntake: Pick<ReportIntake, 'warnings'>;
      readonly secretCache: RunningCache;
    },
  logger: AppLogger,
): Readiness {
  const { self, authentication, rightsProbe, auditWriter, auditLog, auditOutlets } = parts;
  const { history, rowIntegrity, secretCache } = parts;
  const { publisher } = auditLog;
  const { guard } = auditOutlets;
  return new Readiness({
    checks: [
      { name: 'cluster', probe: (signal) => probeCluster(self, signal) },
      { name: 'audit', probe: () => auditWriter.check() },
      {
        name: 'audit-log',
        probe: () => publisher.check(),
        reasons: () => publisher.problems,
      },
      {
        name: 'audit-anchors',
        probe: () => guard.check(),
        reasons: () => (guard.refusal === undefined ? [] : [guard.refusal]),
      },
      { name: 'rights', probe: () => rightsProbe.check(), reasons: () => rightsProbe.problems },
    ],
    warnings: () => ({
      ...(rightsProbe.warning !== undefined && { rights: rightsProbe.warning }),
      ...authentication.warnings(),
      ...(parts.alteredEntries.problem !== undefined && {
        'audit-entries': parts.alteredEntries.problem,
      }),
      ...auditOutlets.warnings(),
      ...parts.reportIntake.warnings(),
      ...(rowIntegrity.problem !== undefined && { 'stored-rows': rowIntegrity.problem }),
      ...history.warnings(),
      ...secretCache.warnings(),
    }),
    onChange: (check, isUp, reason) => {
      logger.readinessChanged(check, isUp, reason);
    },
  });
}

async function probeCluster(self: SelfKubeClient, signal: AbortSignal): Promise<void> {
  if (!(await self.isReady({ signal }))) throw new Error('the API server is not ready');
}
