import { type FactoryProvider, Module } from '@nestjs/common';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Database } from '../platform/storage/database.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { Authors } from './authors.service.js';
import { AuthorRights } from './domain/author-rights.js';
import { ObjectRecords } from './domain/object-records.js';
import { KubeAuthorRights } from './kube-author-rights.js';
import { ObjectRows } from './store/object-rows.js';

const authorRights: FactoryProvider<AuthorRights> = {
  provide: AuthorRights,
  inject: [CONFIG, SelfKubeClient, ServiceAccountDirectory],
  useFactory: ({ kubernetes }: Config, self: SelfKubeClient, accounts: ServiceAccountDirectory) =>
    new KubeAuthorRights(self, { accounts, isSandbox: kubernetes.mode === 'sandbox' }),
};

const records: FactoryProvider<ObjectRecords> = {
  provide: ObjectRecords,
  inject: [Database, RowIntegrity],
  useFactory: (database: Database, integrity: RowIntegrity) => new ObjectRows(database, integrity),
};

/** Custom resources: their authors, and what the database knows of them. */
@Module({
  imports: [StorageModule, EncryptionModule],
  providers: [authorRights, records, Authors],
  exports: [AuthorRights, ObjectRecords, Authors],
})
export class CustomResourcesModule {}
