import { Module } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { AuditQueriesService } from './audit-queries.service.js';
import { AuditService } from './audit.service.js';
import { AuditResolver } from './graphql/audit.resolver.js';
import { SecretEventsResolver } from './graphql/secret-events.resolver.js';
import { AuditController } from './rest/audit.controller.js';

@Module({
  controllers: [AuditController],
  providers: [
    AuditResolver,
    SecretEventsResolver,
    {
      provide: AuditQueriesService,
      inject: [AuditService, AccessService],
      useFactory: (audit: AuditService, access: AccessService) =>
        new AuditQueriesService(audit, access),
    },
  ],
  exports: [AuditQueriesService],
})
export class AuditModule {}
