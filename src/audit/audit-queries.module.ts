import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { AuditQueriesService } from './audit-queries.service.js';
import { AuditModule } from './audit.module.js';
import { AuditResolver } from './graphql/audit.resolver.js';
import { SecretEventsResolver } from './graphql/secret-events.resolver.js';
import { AuditLogService } from './log/audit-log.service.js';
import { LogController } from './log/rest/log.controller.js';
import { AuditController } from './rest/audit.controller.js';

/** Queries of the trail by callers; each query is a call, and itself recorded. */
@Module({
  imports: [AccessModule, AuditModule, CallsModule],
  controllers: [AuditController, LogController],
  providers: [AuditQueriesService, AuditLogService, AuditResolver, SecretEventsResolver],
})
export class AuditQueriesModule {}
