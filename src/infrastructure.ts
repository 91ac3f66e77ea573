import { randomUUID } from 'node:crypto';
import { ServedNamespaces } from './access/domain/served-namespaces.js';
import { KubeAccessService } from './access/kube-access.service.js';
import { AuditReader } from './audit/audit-reader.js';
import { AuditWriter } from './audit/audit-writer.js';
import { AuditService } from './audit/audit.service.js';
import { resolveIntents } from './audit/resolve-intents.js';
import { Authenticator } from './auth/authenticator.js';
import { OidcVerifier } from './auth/oidc.verifier.js';
import { ServiceAccountVerifier } from './auth/service-account.verifier.js';
import type { Config } from './config/config.schema.js';
import { SystemClock } from './core/clock.js';
import { Principal } from './core/principal.js';
import { Readiness } from './health/readiness.js';
import { FingerprintKey } from './idempotency/fingerprint-key.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { IdempotencyStore } from './idempotency/idempotency.store.js';
import { BearerCredential } from './kubernetes/bearer-credential.js';
import { BrokerKubeClient } from './kubernetes/broker-kube.client.js';
import { CallerCredentials } from './kubernetes/caller-credentials.js';
import { CallerKubeClient } from './kubernetes/caller-kube.client.js';
import type { ExchangeObserver } from './kubernetes/exchange-observer.js';
import type { KubeConfigSource } from './kubernetes/kube-config-source.js';
import { KubeConnection } from './kubernetes/kube-connection.js';
import { KubeNamespaceDirectory } from './kubernetes/kube-namespace-directory.js';
import { KubeSecretStore } from './kubernetes/kube-secret.store.js';
import { KubeTokenReviewer } from './kubernetes/kube-token-reviewer.js';
import { KubeTransport } from './kubernetes/kube-transport.js';
import { SelfKubeClient } from './kubernetes/self-kube.client.js';
import { intentProbe } from './secrets/probe-intent.js';
import { Database } from './storage/database.js';
import { observeUpstream } from './kubernetes/observe-upstream.js';
import type { Tracer } from './telemetry/tracer.js';
import type { AppLogger } from './telemetry/app-logger.js';
import type { Metrics } from './telemetry/metrics.js';

export interface Telemetry {
  readonly logger: AppLogger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

export type Infrastructure = Awaited<ReturnType<typeof openInfrastructure>>;

/** Opens what the features stand on: database, audit log, clients of the cluster. */
export async function openInfrastructure(
  config: Config,
  telemetry: Telemetry,
  sandbox?: KubeConfigSource,
) {
  const { logger, metrics, tracer } = telemetry;
  const connection = await connectionTo(config, sandbox);
  const cluster = openCluster(config, connection, observeUpstream(metrics, tracer));
  const database = await Database.open(config.dataDir);
  const clock = new SystemClock();
  const auditWriter = new AuditWriter(database.path, {
    onAlarm: (message) => {
      logger.alarm(message);
    },
    onCommit: (events, durationMs) => {
      metrics.auditCommitted(events, durationMs);
    },
  });
  const audit = new AuditService(auditWriter, new AuditReader(database), clock, (message) => {
    logger.alarm(message);
  });
  const idempotency = new IdempotencyService(
    new IdempotencyStore(database),
    FingerprintKey.open(config.dataDir),
    clock,
  );
  const resolveOpenIntents = () => resolveIntents(audit, probeOf(config, cluster.store));
  return {
    ...cluster,
    audit,
    auditWriter,
    idempotency,
    clock,
    logger,
    metrics,
    readiness: readinessOf(cluster.self, auditWriter, logger),
    /** Intents that a crash left open are concluded before the first request. */
    resolveOpenIntents,
    /** What must be looked after while running; what fails now is tried the next time. */
    async keepUp() {
      await resolveOpenIntents().catch(() => undefined);
      await idempotency.purge().catch(() => undefined);
    },
    async close() {
      await auditWriter.close();
      database.close();
      cluster.closeConnections();
    },
  };
}

async function connectionTo(
  { kubernetes }: Config,
  sandbox: KubeConfigSource | undefined,
): Promise<KubeConnection> {
  const { mode, kubeconfig: path = '' } = kubernetes;
  if (mode !== 'sandbox') {
    return KubeConnection.open(mode === 'in-cluster' ? { mode } : { mode, path });
  }
  if (sandbox === undefined) throw new Error('no sandbox is running');
  return new KubeConnection(sandbox);
}

function openCluster(config: Config, connection: KubeConnection, observe: ExchangeObserver) {
  const { kubernetes, namespaces, auth } = config;
  const transport = new KubeTransport(connection, observe);
  const self = new SelfKubeClient(transport);
  const isPassthrough = kubernetes.access === 'passthrough';
  const credentials = new CallerCredentials();
  const caller = new CallerKubeClient(
    transport,
    isPassthrough ? { mode: 'passthrough', credentials } : { mode: 'impersonate' },
  );
  const broker = new BrokerKubeClient(transport, kubernetes.gatewayNamespace);
  const reviewer = new KubeTokenReviewer(self);
  const oidc = isPassthrough ? [] : auth.jwt.map((issuer) => new OidcVerifier(issuer));
  const audience = isPassthrough ? undefined : kubernetes.audience;
  const verifiers = [...oidc, new ServiceAccountVerifier(reviewer, audience)];
  return {
    self,
    closeConnections: () => {
      transport.close();
    },
    store: new KubeSecretStore(caller, broker),
    access: new KubeAccessService(self),
    directory: new KubeNamespaceDirectory(self),
    served: new ServedNamespaces({
      // Passthrough has no broker: every namespace counts as not served.
      patterns: isPassthrough ? [] : namespaces.served,
      scope: isPassthrough ? 'cluster' : namespaces.scope,
      gatewayNamespace: kubernetes.gatewayNamespace,
    }),
    authenticator: new Authenticator(verifiers, (principal, token) => {
      if (!isPassthrough) return;
      credentials.remember(principal, new BearerCredential(token.reveal().toString('ascii')));
    }),
  };
}

function readinessOf(self: SelfKubeClient, auditWriter: AuditWriter, logger: AppLogger): Readiness {
  return new Readiness({
    checks: [
      { name: 'cluster', probe: (signal) => probeCluster(self, signal) },
      { name: 'audit', probe: () => auditWriter.check() },
    ],
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
