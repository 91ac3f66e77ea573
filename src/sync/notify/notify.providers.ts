import type { FactoryProvider, Provider } from '@nestjs/common';
import { unavailable } from '../../core/errors/sallyport-error.js';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { RequestLimits } from '../../platform/http/request-limits.js';
import { SyncRefused } from '../engine/sync-refused.js';
import { StoreConnections } from '../engine/store-connections.js';
import { SyncRunner } from '../engine/sync-runner.js';
import { SyncDependencies } from '../sync.dependencies.js';
import { HintedLooks } from './hinted-looks.js';
import { NotificationProof } from './notification-proof.js';
import { NotificationsService } from './notifications.service.js';
import { NotifyTransport } from './notify-transport.js';

/** Returns the failure to read what proves senders, as the log states it. */
function faultOf(error: unknown): unknown {
  if (!(error instanceof SyncRefused)) return error;
  return unavailable(`notifications are not proved: ${error.message}`, {
    internal: error.problem.reason,
  });
}

const proof: FactoryProvider<NotificationProof> = {
  provide: NotificationProof,
  inject: [SyncDependencies, StoreConnections],
  useFactory: ({ clock, logger }: SyncDependencies, connections: StoreConnections) =>
    new NotificationProof({
      transport: new NotifyTransport(connections),
      clock,
      nowMs: () => clock.nowMs(),
      onFault: (error) => logger.fault(faultOf(error)),
    }),
};

const looks: FactoryProvider<HintedLooks> = {
  provide: HintedLooks,
  inject: [SyncDependencies, SyncRunner],
  useFactory: (parts: SyncDependencies, runner: SyncRunner) => {
    const { gate, storeFeed, knownSyncs, logger } = parts;
    const onFault = (error: unknown): void => logger.fault(error);
    return new HintedLooks({ gate, storeFeed, knownSyncs, runner, onFault });
  },
};

const service: FactoryProvider<NotificationsService> = {
  provide: NotificationsService,
  inject: [CONFIG, SyncDependencies, RequestLimits, NotificationProof, HintedLooks],
  useFactory: (
    { kubernetes, sync }: Config,
    parts: SyncDependencies,
    limits: RequestLimits,
    proofs: NotificationProof,
    hinted: HintedLooks,
  ) => {
    const { gate, calls, accounts, clock, knownStores, storeFeed, knownSyncs, logger } = parts;
    const { served, syncFeed, namespaces } = parts;
    return new NotificationsService({
      isWorking: sync.enabled && kubernetes.access !== 'passthrough',
      gate,
      calls,
      accounts,
      clock,
      limits,
      knownStores,
      storeFeed,
      knownSyncs,
      knowsSyncsOf: (namespace) =>
        !served.isServed(namespace) ||
        syncFeed.knowsAll(namespace, namespaces.known(namespace)?.uid ?? ''),
      proof: proofs,
      looks: hinted,
      onFault: (error) => logger.fault(error),
    });
  },
};

export const notifyProviders: Provider[] = [proof, looks, service];
