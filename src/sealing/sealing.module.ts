import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { KeyRingModule } from '../encryption/key-ring.module.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { SealedSecrets } from '../secrets/domain/sealed-secrets.js';
import { SealingResolver } from './graphql/sealing.resolver.js';
import { SealingController } from './rest/sealing.controller.js';
import { SealedManifests } from './sealed-manifests.js';
import { SealingKeys } from './sealing-keys.js';
import { SealingService } from './sealing.service.js';
import { SealingKeysStore } from './store/sealing-keys.store.js';

/** Key pairs of the gateway for values that `kubeseal` encrypts. */
@Module({
  imports: [AuthModule, CallsModule, EncryptionModule, KeyRingModule, StorageModule],
  controllers: [SealingController],
  providers: [
    SealingKeysStore,
    SealingKeys,
    SealingService,
    SealingResolver,
    { provide: SealedSecrets, useClass: SealedManifests },
  ],
  exports: [SealedSecrets],
})
export class SealingModule {}
