import type { KeyObject } from 'node:crypto';
import { openAccessTokens } from './access-tokens.js';
import { type Cluster, openCluster } from './cluster.js';
import { type AuditTrail, openAuditTrail } from './audit-trail.js';
import { openClusterReports } from './cluster-reports.js';
import type { AuditService } from './audit/audit.service.js';
import { AuditSpace, anonymousUse } from './audit/audit-space.js';
import { gatewayCaller } from './audit/gateway-caller.js';
import { isOnlyWrite } from './audit/is-only-write.js';
import { type IntentProbe, resolveIntents } from './audit/resolve-intents.js';
import type { Config } from './platform/config/config.schema.js';
import { type ConsumerParts, ConsumersService } from './consumers/consumers.service.js';
import { type Clock, SystemClock } from './core/clock.js';
import { AnonymousRefusals } from './platform/http/anonymous-refusals.js';
import { RefusalRecorder } from './platform/http/refusal-recorder.js';
import { RequestLimits } from './platform/http/request-limits.js';
import { IdempotencyService } from './platform/idempotency/idempotency.service.js';
import { IdempotencyStore } from './platform/idempotency/idempotency.store.js';
import { FingerprintKey } from './platform/idempotency/fingerprint-key.js';
import type { KubeConfigSource } from './kubernetes/kube-config-source.js';
import { KubeWorkloadDirectory } from './kubernetes/kube-workload.directory.js';
import { type RunningCache, type SecretCacheParts, openSecretCache } from './secret-cache.js';
import { readinessOf } from './readiness-checks.js';
import { type Rotation, openRotation, type RotationSetup } from './open-rotation.js';
import { type Versions, openVersions } from './open-versions.js';
import type { SecretStore } from './secrets/domain/secret.store.js';
import { intentProbe } from './secrets/probe-intent.js';
import type { Database } from './platform/storage/database.js';
import { openStorage } from './platform/storage/open-storage.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';
import { PastReads } from './versions/past-reads.js';
import type { VersionParts } from './versions/version-parts.js';

export type Infrastructure = Awaited<ReturnType<typeof openInfrastructure>>;

/** Opens what the features stand on: database, audit log, clients of the cluster. */
export async function openInfrastructure(
  config: Config,
  telemetry: Telemetry,
  sandbox?: KubeConfigSource,
) {
  const { logger, metrics } = telemetry;
  const opened = await openCluster(config, telemetry, sandbox);
  const database = await openDatabase(config, logger);
  const clock = new SystemClock();
  const { promise: rowKey, resolve: onRowKey } = Promise.withResolvers<KeyObject>();
  const trail = await openTrail(config, {
    ...{ database, clock, logger, metrics, rowKey, cluster: opened },
    onReleased: () => void resolveOpenIntents().catch(() => undefined),
  });
  const { audit, auditWriter, auditReads: searches } = trail;
  const shared = { database, audit, clock, logger, metrics };
  const versions = await openVersionsOn(config, trail, { ...shared, onRowKey, cluster: opened });
  const idempotency = openIdempotency(versions, { database, clock });
  const { secretCache, cluster } = withCache(config, opened, { ...shared, ...versions });
  const parts = { ...cluster, database, audit, searches, idempotency, clock, logger };
  const features = await openFeatures(config, trail, { ...shared, cluster, versions, idempotency });
  const tokens = openAccessTokens(config, versions.rowIntegrity, parts);
  const requestLimits = new RequestLimits(config.limits);
  const refusals = refusalsIn({ ...shared, writer: auditWriter, limits: requestLimits });
  const reports = openClusterReports(config, { ...parts, ...versions, writer: auditWriter });
  const resolveOpenIntents = intentResolver(trail, probeOf(config, { cluster, audit, versions }));
  return {
    ...{ ...cluster, ...versions, ...trail, ...features, ...reports },
    authenticator: cluster.authenticatorWith(tokens.verifiers),
    tokens: tokens.service,
    ...{ secretCache, idempotency, requestLimits, refusals, clock, logger, metrics },
    readiness: readinessOf({ ...cluster, ...trail, ...versions, ...reports, secretCache }, logger),
    /** Intents that a crash left open are concluded before the first request, if they can be. */
    resolveOpenIntents,
    /** Begins what goes on beside requests. */
    start: () => startBeside(cluster, { trail, versions, secretCache, tokens, rotation: features }),
    /** What must be looked after while running; what fails now is tried the next time. */
    keepUp: () => keepUp(resolveOpenIntents, { idempotency, tokens, versions, cluster }),
    async close() {
      await refusals.flush();
      await stopWatching(cluster, secretCache);
      await closeDatabase(database, { trail, tokens, versions, features });
      cluster.closeConnections();
    },
  };
}

async function keepUp(
  resolveOpenIntents: () => Promise<void>,
  parts: {
    readonly idempotency: IdempotencyService;
    readonly tokens: Pick<ReturnType<typeof openAccessTokens>, 'keepUp'>;
    readonly versions: Pick<Versions, 'history'>;
    readonly cluster: Pick<Cluster, 'authentication'>;
  },
): Promise<void> {
  const { idempotency, tokens, versions, cluster } = parts;
  const stores = [idempotency.purge(), tokens.keepUp(), versions.history.sweep()];
  await Promise.allSettled([resolveOpenIntents(), ...stores]);
  await cluster.authentication.keepUp();
}

async function openDatabase(config: Config, logger: Telemetry['logger']): Promise<Database> {
  const database = await openStorage(config.storage.url, config.dataDir);
  if (database.warning !== undefined) logger.alarm(database.warning);
  return database;
}

/** The trail has room for callers without a credential only while its disk is not short. */
function refusalsIn(parts: {
  readonly database: Database;
  readonly audit: AuditService;
  readonly writer: AuditTrail['auditWriter'];
  readonly logger: Telemetry['logger'];
  readonly limits: RequestLimits;
}): RefusalRecorder {
  const { database, audit, logger, ...others } = parts;
  const onAlarm = (message: string): void => logger.alarm(message);
  const space = new AuditSpace(database.location, { use: anonymousUse, onAlarm });
  return new RefusalRecorder(audit, logger, new AnonymousRefusals({ ...others, audit, space }));
}

/** After what goes on over it, in the order in which one needs the other. */
async function closeDatabase(
  database: Database,
  over: {
    readonly trail: AuditTrail;
    readonly tokens: Pick<ReturnType<typeof openAccessTokens>, 'close'>;
    readonly versions: Versions;
    readonly features: Pick<Rotation, 'closeRotation'>;
  },
): Promise<void> {
  await over.features.closeRotation();
  await over.versions.closeVersions();
  await over.trail.closeAuditTrail();
  await over.tokens.close().catch(() => undefined);
  await database.close();
}

function consumersIn(
  parts: Omit<ConsumerParts, 'directory'> & Pick<Cluster, 'broker'>,
): ConsumersService {
  return new ConsumersService({ ...parts, directory: new KubeWorkloadDirectory(parts.broker) });
}

/** What stands on histories: past states, consumers, rotation. */
async function openFeatures(
  config: Config,
  trail: AuditTrail,
  parts: Omit<RotationSetup, 'secretHistory' | 'consumers'>,
) {
  const { cluster, versions, database, audit, idempotency, clock } = parts;
  const doors = historyDoors({ ...cluster, ...versions, audit, idempotency, clock });
  const consumers = consumersIn({ ...cluster, audit, clock });
  try {
    return {
      ...doors,
      consumers,
      ...(await openRotation(config, { ...parts, ...doors, consumers })),
    };
  } catch (error) {
    await versions.closeVersions();
    await trail.closeAuditTrail();
    await database.close();
    throw error;
  }
}

/** What histories are reached by, under the ports of the features. */
function historyDoors(
  parts: Pick<VersionParts, 'access' | 'served' | 'audit' | 'idempotency' | 'clock'> & Versions,
) {
  const { versionsStore: store, keyRing: keys, history: running } = parts;
  const { secretHistory: history, namespaces } = running;
  const cluster = (): string => running.clusterUid();
  const { access, served, audit, idempotency, clock } = parts;
  const asked = { access, served, audit, idempotency, clock };
  const versionParts: VersionParts = { ...asked, store, keys, cluster, namespaces, history };
  return { secretHistory: history, versionParts, pastSecrets: new PastReads(versionParts) };
}

function startBeside(
  { rbacWatch, rightsProbe }: Cluster,
  beside: {
    readonly trail: AuditTrail;
    readonly versions: Versions;
    readonly secretCache: RunningCache;
    readonly tokens: Pick<ReturnType<typeof openAccessTokens>, 'start'>;
    readonly rotation: Pick<Rotation, 'startRotation'>;
  },
): void {
  rbacWatch.start();
  rightsProbe.start();
  beside.trail.startAuditTrail();
  beside.versions.startVersions();
  beside.secretCache.start();
  beside.tokens.start();
  beside.rotation.startRotation();
}

/** The cache, and the cluster as all that comes later uses it: nobody writes past the cache. */
function withCache(
  config: Config,
  opened: Cluster,
  parts: Pick<SecretCacheParts, 'audit' | 'logger' | 'metrics'> & Pick<Versions, 'history'>,
) {
  const { secretHistory: history, namespaces } = parts.history;
  const secretCache = openSecretCache(config, { ...parts, cluster: opened, history, namespaces });
  return { secretCache, cluster: { ...opened, store: secretCache.store } };
}

async function stopWatching(
  { authentication, rbacWatch, rightsProbe }: Cluster,
  secretCache: RunningCache,
): Promise<void> {
  authentication.close();
  await Promise.all([rbacWatch.stop(), rightsProbe.stop(), secretCache.stop()]);
}

function intentResolver({ audit, auditReads, auditOutlets }: AuditTrail, probe: IntentProbe) {
  return async (): Promise<void> => {
    // Nothing is added to a log that was rolled back.
    if (auditOutlets.guard.refusal !== undefined) return;
    if ((await audit.openIntents()).length === 0) return;
    // While the trail cannot be searched, nobody can tell what else was written: the next time.
    const isSearchable = await auditReads.upToDate().then(
      () => true,
      () => false,
    );
    if (isSearchable) await resolveIntents(audit, probe);
  };
}

async function openTrail(
  config: Config,
  parts: Parameters<typeof openAuditTrail>[1],
): Promise<AuditTrail> {
  try {
    return await openAuditTrail(config, parts);
  } catch (error) {
    await parts.database.close();
    throw error;
  }
}

async function openVersionsOn(
  config: Config,
  trail: AuditTrail,
  parts: Parameters<typeof openVersions>[1],
): Promise<Versions> {
  try {
    return await openVersions(config, parts);
  } catch (error) {
    await trail.closeAuditTrail();
    await parts.database.close();
    throw error;
  }
}

function openIdempotency(
  { rowIntegrity, keyRing }: Pick<Versions, 'rowIntegrity' | 'keyRing'>,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
): IdempotencyService {
  const store = new IdempotencyStore(database, rowIntegrity);
  const key = new FingerprintKey(keyRing.requestKey);
  return new IdempotencyService(store, key, clock, database.writers);
}

function probeOf(
  config: Config,
  parts: {
    readonly cluster: { readonly store: Pick<SecretStore, 'get'> };
    readonly audit: AuditService;
    readonly versions: Versions;
  },
): IntentProbe {
  const { cluster, audit, versions } = parts;
  const { gatewayNamespace, brokerServiceAccount } = config.kubernetes;
  return intentProbe({
    read: (ref, upstreamIds) => {
      const ctx = gatewayCaller(gatewayNamespace, brokerServiceAccount);
      return cluster.store.get({ ctx, as: 'broker', trace: { plane: 'none', upstreamIds } }, ref);
    },
    isOnlyWrite: (intent) => isOnlyWrite(audit, intent),
    history: versions.history.secretHistory,
  });
}
