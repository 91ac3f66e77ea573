import type { FactoryProvider, Provider } from '@nestjs/common';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { Clock } from '../core/clock.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import { KubeConnection } from '../kubernetes/kube-connection.js';
import { CustomResourceWatch } from '../kubernetes/custom-resource-watch.js';
import { ServedCollections } from '../kubernetes/served-collections.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Database } from '../platform/storage/database.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { PolicyFeed, rotationKind } from './domain/rotation-policies.js';
import { RotationStore } from './domain/rotation.store.js';
import { Egress } from '../platform/outbound/egress.js';
import { egressOf } from '../platform/outbound/configured-egress.js';
import { PolicyRegistry } from './engine/policy-registry.js';
import { RotationRunner } from './engine/rotation-runner.js';
import { RunnerDependencies } from './engine/runner.dependencies.js';
import { receiversOf } from './notifications/configured-receivers.js';
import { NotificationDispatcher } from './notification-dispatcher.js';
import { openRotationStore } from './store/open-rotation-store.js';
import { OutboxRows } from './store/outbox-rows.js';
import { RotationStoreDependencies } from './store/rotation-store.dependencies.js';

const policyFeed: FactoryProvider<PolicyFeed> = {
  provide: PolicyFeed,
  inject: [ServedCollections, ServedNamespaces, PolicyRegistry],
  useFactory: (collections: ServedCollections, served: ServedNamespaces, book: PolicyRegistry) => {
    const opened = new CustomResourceWatch({
      ...collections.of((stream) => `rotations of ${stream}`),
      resource: rotationKind.resource,
      isFollowed: (namespace) => served.isServed(namespace),
      sink: book,
    });
    collections.nudgeOnChange(opened);
    return opened;
  },
};

const store: FactoryProvider<Promise<RotationStore>> = {
  provide: RotationStore,
  inject: [RotationStoreDependencies],
  useFactory: (dependencies: RotationStoreDependencies) => openRotationStore(dependencies),
};

const egress: FactoryProvider<Egress> = {
  provide: Egress,
  inject: [CONFIG, KubeConnection],
  useFactory: ({ rotation }: Config, { server }: KubeConnection) =>
    egressOf(rotation.egress, server),
};

const outboxRows: FactoryProvider<OutboxRows> = {
  provide: OutboxRows,
  inject: [Database, RowIntegrity],
  useFactory: (database: Database, integrity: RowIntegrity) => new OutboxRows(database, integrity),
};

const outbox: FactoryProvider<NotificationDispatcher> = {
  provide: NotificationDispatcher,
  inject: [CONFIG, OutboxRows, Clock, AppLogger, Metrics],
  useFactory: (
    { rotation }: Config,
    rows: OutboxRows,
    clock: Clock,
    logger: AppLogger,
    metrics: Metrics,
  ) =>
    new NotificationDispatcher({
      rows,
      clock,
      deliver: receiversOf(rotation.notifications),
      onAlarm: (message) => logger.alarm(message),
      onDelivery: (outcome) => metrics.rotationNotified(outcome),
      onCount: (counts) => metrics.rotationNotices(counts),
    }),
};

export const rotationProviders: Provider[] = [
  PolicyRegistry,
  policyFeed,
  RotationStoreDependencies,
  store,
  egress,
  outboxRows,
  outbox,
  RunnerDependencies,
  RotationRunner,
];
