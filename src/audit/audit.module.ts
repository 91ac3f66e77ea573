import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditQueriesService } from './audit-queries.service.js';
import { AuditWriter } from './audit-writer.js';
import { trailProviders } from './audit.providers.js';
import { AuditService } from './audit.service.js';
import { GatewayEvents } from './gateway-events.service.js';
import { AuditResolver } from './graphql/audit.resolver.js';
import { SecretEventsResolver } from './graphql/secret-events.resolver.js';
import { AuditLogService } from './log/audit-log.service.js';
import { LogController } from './log/rest/log.controller.js';
import { OpenIntents } from './open-intents.service.js';
import { AuditController } from './rest/audit.controller.js';
import { Searches } from './search-index/open-searches.js';

/** The audit trail: recorded, signed, searched, anchored, sent elsewhere, pruned. */
@Module({
  imports: [StorageModule, EncryptionModule, AccessModule],
  controllers: [AuditController, LogController],
  providers: [
    ...trailProviders,
    AuditQueriesService,
    AuditLogService,
    AuditResolver,
    SecretEventsResolver,
  ],
  exports: [
    AuditService,
    AuditQueriesService,
    AuditWriter,
    GatewayEvents,
    OpenIntents,
    RollbackGuard,
    Searches,
  ],
})
export class AuditModule {}
