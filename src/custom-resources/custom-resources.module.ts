import { type FactoryProvider, Module } from '@nestjs/common';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { Authors } from './authors.service.js';
import { AuthorRights } from './domain/author-rights.js';
import { KubeAuthorRights } from './kube-author-rights.js';

const authorRights: FactoryProvider<AuthorRights> = {
  provide: AuthorRights,
  inject: [CONFIG, SelfKubeClient, ServiceAccountDirectory],
  useFactory: ({ kubernetes }: Config, self: SelfKubeClient, accounts: ServiceAccountDirectory) =>
    new KubeAuthorRights(self, { accounts, isSandbox: kubernetes.mode === 'sandbox' }),
};

/** Authors of custom resources. */
@Module({ providers: [authorRights, Authors], exports: [AuthorRights, Authors] })
export class CustomResourcesModule {}
