import { randomUUID } from 'node:crypto';
import type { FactoryProvider, Provider } from '@nestjs/common';
import { KeyMaterial } from '../../encryption/key-material.js';
import { SelfKubeClient } from '../../kubernetes/self-kube.client.js';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { Resources } from '../../platform/lifecycle/resources.js';
import { AdoptedFile } from '../../platform/storage/adopted-file.js';
import { Database } from '../../platform/storage/database.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { knownVerifiers } from '../log/audit-log.js';
import { LogStore } from '../log/log-store.js';
import { TileReader } from '../log/tile-reader.js';
import { Outbox } from '../sinks/outbox.js';
import { isReadable } from './anchor.js';
import { AnchoredLog } from './anchored-log.js';
import { AuditAnchors } from './audit-anchors.service.js';
import { ConfiguredAnchors } from './configured-anchors.js';
import { KubeAnchorConfigMaps } from './kube-anchor-config-maps.js';
import { openAnchors } from './open-anchors.js';
import { RollbackGuard } from './rollback-guard.js';
import { LastSignedCheckpoint } from './last-signed-checkpoint.js';

const configuredAnchors: FactoryProvider<ConfiguredAnchors> = {
  provide: ConfiguredAnchors,
  inject: [CONFIG, SelfKubeClient],
  useFactory: ({ audit, dataDir, kubernetes }: Config, self: SelfKubeClient) =>
    new ConfiguredAnchors(
      openAnchors(audit.anchors, {
        dataDir,
        gatewayNamespace: kubernetes.gatewayNamespace,
        configMaps: (ref) => new KubeAnchorConfigMaps(self, ref),
      }),
    ),
};

const anchoredLog: FactoryProvider<AnchoredLog> = {
  provide: AnchoredLog,
  inject: [CONFIG, Database],
  useFactory: (config: Config, database: Database) => {
    const store = new LogStore(database);
    const tiles = new TileReader(store);
    return new AnchoredLog({ database, store, tiles, verifiers: knownVerifiers(config) });
  },
};

const outbox: FactoryProvider<Outbox> = {
  provide: Outbox,
  inject: [Database, KeyMaterial],
  useFactory: (database: Database, { rowKey }: KeyMaterial) =>
    new Outbox({ database, owner: randomUUID(), rowKey }),
};

/** Nothing is added to the log before the log was compared with its anchors. */
const rollbackGuard: FactoryProvider<Promise<RollbackGuard>> = {
  provide: RollbackGuard,
  inject: [ConfiguredAnchors, LastSignedCheckpoint, AnchoredLog, AppLogger, Resources],
  useFactory: async (
    { all }: ConfiguredAnchors,
    signed: LastSignedCheckpoint,
    log: AnchoredLog,
    logger: AppLogger,
    resources: Resources,
  ) => {
    const guard = new RollbackGuard({
      anchors: [signed, ...all.filter(isReadable)],
      log,
      onAlarm: (message) => logger.alarm(message),
      isReplaced: replacementOf(log.location),
    });
    resources.defer(() => guard.stop());
    signed.onGivenUp(() => guard.givenUp());
    await guard.look();
    return guard;
  },
};

/** Returns whether the thread that appends has adopted another database file since. */
function replacementOf(location: StorageLocation): () => boolean {
  if (location.dialect !== 'sqlite') return () => false;
  const adopted = new AdoptedFile(location.adopted);
  const { database } = adopted;
  return () => adopted.database !== database;
}

export const anchorProviders: Provider[] = [
  AuditAnchors,
  LastSignedCheckpoint,
  configuredAnchors,
  anchoredLog,
  outbox,
  rollbackGuard,
];
