import { type FactoryProvider, Module } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Readiness } from '../platform/health/readiness.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Database } from '../platform/storage/database.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { RowMac } from './domain/row-mac.js';
import { KeyMaterial } from './key-material.js';
import { keyUse } from './key-use.js';
import { RowIntegrity } from './row-integrity.js';

const keyMaterial: FactoryProvider<Promise<KeyMaterial>> = {
  provide: KeyMaterial,
  inject: [CONFIG, Database, Clock, Resources],
  useFactory: async (config: Config, database: Database, clock: Clock, resources: Resources) => {
    const use = () => keyUse(database);
    const material = await KeyMaterial.open(config, { database, clock, keyUse: use });
    resources.defer(() => material.close());
    return material;
  },
};

const rowMac: FactoryProvider<RowMac> = {
  provide: RowMac,
  inject: [KeyMaterial],
  useFactory: ({ rowKey }: KeyMaterial) => new RowMac(rowKey),
};

const rowIntegrity: FactoryProvider<RowIntegrity> = {
  provide: RowIntegrity,
  inject: [RowMac, AppLogger, Readiness],
  useFactory: (mac: RowMac, logger: AppLogger, readiness: Readiness) => {
    const integrity = new RowIntegrity(mac, (message) => logger.alarm(message));
    readiness.addWarnings(() =>
      integrity.problem === undefined ? {} : { 'stored-rows': integrity.problem },
    );
    return integrity;
  },
};

/** Module of keys and MACs of rows. The key ring comes after the audit log, in KeyRingModule. */
@Module({
  imports: [StorageModule],
  providers: [keyMaterial, rowMac, rowIntegrity],
  exports: [KeyMaterial, RowMac, RowIntegrity],
})
export class EncryptionModule {}
