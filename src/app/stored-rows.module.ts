import { type FactoryProvider, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { RowMac } from '../encryption/domain/row-mac.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { RowCheck } from '../encryption/row-check.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Database } from '../platform/storage/database.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { rowPasses } from './stored-rows.js';

const rowCheck: FactoryProvider<RowCheck> = {
  provide: RowCheck,
  inject: [Database, RowMac, RowIntegrity, AppLogger],
  useFactory: (database: Database, mac: RowMac, integrity: RowIntegrity, logger: AppLogger) =>
    new RowCheck({
      passes: rowPasses(database, { mac, integrity }),
      integrity,
      onFault: (error) => logger.fault(error),
    }),
};

/** Looks at all rows that carry MACs, whichever feature they belong to. */
@Module({ imports: [StorageModule, EncryptionModule], providers: [rowCheck] })
export class StoredRowsModule implements OnApplicationBootstrap {
  readonly #check: RowCheck;
  readonly #resources: Resources;

  constructor(check: RowCheck, resources: Resources) {
    this.#check = check;
    this.#resources = resources;
  }

  onApplicationBootstrap(): void {
    this.#resources.defer(() => this.#check.stop());
    this.#check.start();
  }
}
