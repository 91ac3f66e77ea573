import { Module } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { AuditService } from '../audit/audit.service.js';
import { NamespaceDirectory } from './domain/namespace-directory.js';
import { NamespacesResolver } from './graphql/namespaces.resolver.js';
import { NamespacesService } from './namespaces.service.js';
import { NamespacesController } from './rest/namespaces.controller.js';

@Module({
  controllers: [NamespacesController],
  providers: [
    NamespacesResolver,
    {
      provide: NamespacesService,
      inject: [AuditService, AccessService, ServedNamespaces, NamespaceDirectory],
      useFactory: (
        audit: AuditService,
        access: AccessService,
        served: ServedNamespaces,
        directory: NamespaceDirectory,
      ) => new NamespacesService({ audit, access, served, directory }),
    },
  ],
  exports: [NamespacesService],
})
export class NamespacesModule {}
