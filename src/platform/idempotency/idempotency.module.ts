import { type FactoryProvider, Module } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { EncryptionModule } from '../../encryption/encryption.module.js';
import { KeyMaterial } from '../../encryption/key-material.js';
import { RowIntegrity } from '../../encryption/row-integrity.js';
import { Upkeep } from '../lifecycle/upkeep.js';
import { Database } from '../storage/database.js';
import { StorageModule } from '../storage/storage.module.js';
import { FingerprintKey } from './fingerprint-key.js';
import { IdempotencyService } from './idempotency.service.js';
import { IdempotencyStore } from './idempotency.store.js';

const service: FactoryProvider<IdempotencyService> = {
  provide: IdempotencyService,
  inject: [Database, RowIntegrity, KeyMaterial, Clock, Upkeep],
  useFactory: (
    database: Database,
    integrity: RowIntegrity,
    { requestKey }: KeyMaterial,
    clock: Clock,
    upkeep: Upkeep,
  ) => {
    const store = new IdempotencyStore(database, integrity);
    const key = new FingerprintKey(requestKey);
    const idempotency = new IdempotencyService(store, key, clock, database.writers);
    upkeep.add(async () => {
      await idempotency.purge();
    });
    return idempotency;
  },
};

/** Writes that are repeated with one Idempotency-Key take effect once. */
@Module({
  imports: [StorageModule, EncryptionModule],
  providers: [service],
  exports: [IdempotencyService],
})
export class IdempotencyModule {}
