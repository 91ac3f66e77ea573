import { randomUUID } from 'node:crypto';
import { openAccessTokens } from './access-tokens.js';
import { type Cluster, openCluster } from './cluster.js';
import { AuditReader } from './audit/audit-reader.js';
import { AuditWriter } from './audit/audit-writer.js';
import { AuditService } from './audit/audit.service.js';
import { resolveIntents } from './audit/resolve-intents.js';
import type { Config } from './config/config.schema.js';
import { type Clock, SystemClock } from './core/clock.js';
import { Principal } from './core/principal.js';
import { Readiness } from './health/readiness.js';
import { RefusalRecorder } from './http/refusal-recorder.js';
import { RequestLimits } from './http/request-limits.js';
import { FingerprintKey } from './idempotency/fingerprint-key.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { IdempotencyStore } from './idempotency/idempotency.store.js';
import type { KubeConfigSource } from './kubernetes/kube-config-source.js';
import { KubeSecretStore } from './kubernetes/kube-secret.store.js';
import { SelfKubeClient } from './kubernetes/self-kube.client.js';
import { intentProbe } from './secrets/probe-intent.js';
import { Database } from './storage/database.js';
import type { AppLogger } from './telemetry/app-logger.js';
import type { Telemetry } from './telemetry/telemetry.js';

export type Infrastructure = Awaited<ReturnType<typeof openInfrastructure>>;

/** Opens what the features stand on: database, audit log, clients of the cluster. */
export async function openInfrastructure(
  config: Config,
  telemetry: Telemetry,
  sandbox?: KubeConfigSource,
) {
  const { logger, metrics } = telemetry;
  const cluster = await openCluster(config, telemetry, sandbox);
  const database = await Database.open(config.dataDir);
  const clock = new SystemClock();
  const { audit, auditWriter } = openAudit(database, clock, { logger, metrics });
  const idempotency = openIdempotency(config.dataDir, database, clock);
  const parts = { ...cluster, database, audit, idempotency, clock };
  const tokens = openAccessTokens(config, parts);
  const requestLimits = new RequestLimits(config.limits);
  const refusals = new RefusalRecorder(audit, logger, requestLimits);
  const resolveOpenIntents = () => resolveIntents(audit, probeOf(config, cluster.store));
  return {
    ...cluster,
    authenticator: cluster.authenticatorWith(tokens.verifiers),
    tokens: tokens.service,
    audit,
    auditWriter,
    idempotency,
    requestLimits,
    refusals,
    clock,
    logger,
    metrics,
    readiness: readinessOf(cluster, auditWriter, logger),
    /** Intents that a crash left open are concluded before the first request. */
    resolveOpenIntents,
    /** What must be looked after while running; what fails now is tried the next time. */
    async keepUp() {
      await resolveOpenIntents().catch(() => undefined);
      await idempotency.purge().catch(() => undefined);
      await tokens.keepUp().catch(() => undefined);
      await cluster.authentication.keepUp();
    },
    async close() {
      cluster.authentication.close();
      await refusals.flush();
      await Promise.all([cluster.rbacWatch.stop(), cluster.rightsProbe.stop()]);
      await auditWriter.close();
      await tokens.close().catch(() => undefined);
      database.close();
      cluster.closeConnections();
    },
  };
}

function openAudit(
  database: Database,
  clock: Clock,
  { logger, metrics }: Pick<Telemetry, 'logger' | 'metrics'>,
) {
  const onAlarm = (message: string): void => {
    logger.alarm(message);
  };
  const auditWriter = new AuditWriter(database.path, {
    onAlarm,
    onCommit: (events, durationMs) => {
      metrics.auditCommitted(events, durationMs);
    },
  });
  // Its thread starts while the rest does, so that the first call does not wait for it.
  void auditWriter.check().catch(() => undefined);
  const reader = new AuditReader(database);
  return { auditWriter, audit: new AuditService(auditWriter, reader, clock, onAlarm) };
}

function openIdempotency(dataDir: string, database: Database, clock: Clock): IdempotencyService {
  const store = new IdempotencyStore(database);
  return new IdempotencyService(store, FingerprintKey.open(dataDir), clock);
}

function readinessOf(
  { self, authentication, rightsProbe }: Pick<Cluster, 'self' | 'authentication' | 'rightsProbe'>,
  auditWriter: AuditWriter,
  logger: AppLogger,
): Readiness {
  return new Readiness({
    checks: [
      { name: 'cluster', probe: (signal) => probeCluster(self, signal) },
      { name: 'audit', probe: () => auditWriter.check() },
      { name: 'rights', probe: () => rightsProbe.check(), reasons: () => rightsProbe.problems },
    ],
    warnings: () => authentication.warnings(),
    onChange: (check, isUp, reason) => {
      logger.readinessChanged(check, isUp, reason);
    },
  });
}

async function probeCluster(self: SelfKubeClient, signal: AbortSignal): Promise<void> {
  if (!(await self.isReady({ signal }))) throw new Error('the API server is not ready');
}

function probeOf(config: Config, store: KubeSecretStore) {
  const principal = Principal.forServiceAccount({
    namespace: config.kubernetes.gatewayNamespace,
    name: config.kubernetes.brokerServiceAccount,
    uid: 'broker',
    credentialId: 'gateway',
  });
  return intentProbe((ref) => {
    const auditId = randomUUID();
    const job = { principal, door: 'job', sourceIp: '', requestUri: '' } as const;
    const ctx = { ...job, auditId, requestId: auditId };
    return store.get({ ctx, as: 'broker', trace: { plane: 'none', upstreamIds: [] } }, ref);
  });
}
