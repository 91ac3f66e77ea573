import { type FactoryProvider, Global, Module } from '@nestjs/common';
import { OidcIssuersModule } from '../auth/oidc-issuers.module.js';
import { OidcIssuers } from '../auth/oidc-issuers.js';
import { KubeConnection } from '../kubernetes/kube-connection.js';
import { STORAGE_PREREQUISITES } from '../platform/storage/prerequisites.token.js';

const prerequisites: FactoryProvider<readonly unknown[]> = {
  provide: STORAGE_PREREQUISITES,
  inject: [KubeConnection, OidcIssuers],
  useFactory: (connection: KubeConnection, issuers: OidcIssuers) => [connection, issuers],
};

/** Reads the kubeconfig and the file of issuers before the database is opened. */
@Global()
@Module({
  imports: [OidcIssuersModule],
  providers: [prerequisites],
  exports: [STORAGE_PREREQUISITES],
})
export class StoragePrerequisitesModule {}
