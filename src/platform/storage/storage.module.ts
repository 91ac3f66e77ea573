import { type FactoryProvider, Module } from '@nestjs/common';
import type { Config } from '../config/config.schema.js';
import { CONFIG } from '../config/config.token.js';
import { Resources } from '../lifecycle/resources.js';
import { AppLogger } from '../telemetry/app-logger.js';
import { Database } from './database.js';
import { sharedConnections } from './postgres/connection-shares.js';
import { openStorage } from './open-storage.js';
import { STORAGE_PREREQUISITES } from './prerequisites.token.js';

const database: FactoryProvider<Promise<Database>> = {
  provide: Database,
  inject: [CONFIG, AppLogger, Resources, STORAGE_PREREQUISITES],
  useFactory: async (
    { storage, audit, dataDir }: Config,
    logger: AppLogger,
    resources: Resources,
  ) => {
    const shared = sharedConnections(storage.connectionsMax, audit.sinks.length > 0);
    const opened = await openStorage(storage.url, dataDir, shared);
    resources.defer(() => opened.close());
    if (opened.warning !== undefined) logger.alarm(opened.warning);
    return opened;
  },
};

/** The database that `storage.url` names. */
@Module({ providers: [database], exports: [Database] })
export class StorageModule {}
