import { randomUUID } from 'node:crypto';
import { gatewayCaller } from './audit/gateway-caller.js';
import type { AuditService } from './audit/audit.service.js';
import type { Cluster } from './cluster.js';
import type { Config } from './platform/config/config.schema.js';
import type { ConsumersService } from './consumers/consumers.service.js';
import type { Clock } from './core/clock.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import type { IdempotencyService } from './platform/idempotency/idempotency.service.js';
import { KubeRotationPolicies } from './kubernetes/kube-rotation-policies.js';
import { RotationWatch } from './kubernetes/rotation-watch.js';
import type { Versions } from './open-versions.js';
import { openRotationEgress, openRotationOutbox } from './rotation-outlets.js';
import { openRotationEngine } from './rotation/engine/open-engine.js';
import type { RotationRun } from './rotation/domain/rotation-run.js';
import { KubeAuthorRights } from './rotation/kube-author-rights.js';
import type { RotationParts } from './rotation/rotation-parts.js';
import { openRotationStore } from './rotation/store/open-rotation-store.js';
import type { SecretHistory } from './secrets/domain/secret-history.js';
import type { Database } from './platform/storage/database.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';

export interface RotationSetup extends Pick<Telemetry, 'logger' | 'metrics'> {
  readonly cluster: Cluster;
  readonly versions: Versions;
  readonly secretHistory: SecretHistory;
  readonly consumers: ConsumersService;
  readonly database: Database;
  readonly audit: AuditService;
  readonly idempotency: IdempotencyService;
  readonly clock: Clock;
}

export type Rotation = Awaited<ReturnType<typeof openRotation>>;

/** Opens rotation over a database; it works where there is a broker, and on one process or many. */
export async function openRotation(config: Config, setup: RotationSetup) {
  const { cluster, versions, database, audit, clock, logger, metrics } = setup;
  const { broker, caller, self, served, access, accounts, store: secrets } = cluster;
  const { namespaces } = versions.history;
  const { gatewayNamespace, brokerServiceAccount, mode } = config.kubernetes;
  const onFault = (error: unknown): void => logger.unexpectedError(toSallyportError(error));
  const store = await openRotationStore({
    ...{ database, audit, keys: versions.keyRing, integrity: versions.rowIntegrity, clock },
    cluster: () => versions.history.clusterUid(),
    holder: randomUUID(),
  });
  const policies = new KubeRotationPolicies(caller, broker);
  const outbox = openRotationOutbox(config, {
    ...{ database, integrity: versions.rowIntegrity, clock, logger, metrics },
  });
  const engine = openRotationEngine({
    ...{ store, policies, secrets, audit, clock, onFault, metrics },
    history: setup.secretHistory,
    versions: versions.versionsStore,
    consumers: setup.consumers,
    rights: new KubeAuthorRights(self, { accounts, isSandbox: mode === 'sandbox' }),
    egress: openRotationEgress(config, cluster),
    caller: () => gatewayCaller(gatewayNamespace, brokerServiceAccount),
    onNotified: () => outbox.nudge(),
    mayAct: () => cluster.rightsProbe.refusal === undefined,
    isDecided: (run) => watch.isLive(run.namespace) || isGone(namespaces, run),
  });
  const watch = watchOf(config, setup, { sink: engine.book, onFault });
  const rotationParts: RotationParts = {
    ...{ access, served, audit, clock, namespaces, secrets, policies, store },
    idempotency: setup.idempotency,
    engine,
  };
  const isOn = config.rotation.enabled && config.kubernetes.access !== 'passthrough';
  return {
    rotationParts,
    startRotation(): void {
      if (!isOn) return;
      watch.start();
      engine.start();
      outbox.start();
    },
    async closeRotation(): Promise<void> {
      await watch.stop();
      await engine.stop();
      await outbox.stop();
    },
  };
}

/** Whether the namespace of a run is no more, though there may be one of its name. */
function isGone(
  namespaces: RotationSetup['versions']['history']['namespaces'],
  run: Pick<RotationRun, 'namespace' | 'namespaceUid'>,
): boolean {
  const { all } = namespaces;
  return all !== undefined && all.get(run.namespace)?.uid !== run.namespaceUid;
}

function watchOf(
  { namespaces: { scope, served: patterns } }: Config,
  { cluster, versions, logger }: RotationSetup,
  { sink, onFault }: Pick<ConstructorParameters<typeof RotationWatch>[0], 'sink' | 'onFault'>,
): RotationWatch {
  const watch = new RotationWatch({
    broker: cluster.broker,
    namespaces: versions.history.namespaces,
    isFollowed: (namespace) => cluster.served.isServed(namespace),
    isClusterWide: scope === 'cluster' && patterns.includes('*'),
    sink,
    onState: (stream, isLive, error) => {
      const cause = error === undefined ? undefined : toSallyportError(error);
      logger.watchChanged(`rotations of ${stream}`, isLive, cause?.internal ?? cause?.code);
    },
    onFault,
  });
  cluster.rbacWatch.onChange((concern) => {
    watch.nudge(concern === 'all' ? undefined : concern.namespace);
  });
  return watch;
}
