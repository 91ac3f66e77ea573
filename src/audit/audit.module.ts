import { Module } from '@nestjs/common';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditWriter } from './audit-writer.js';
import { trailProviders } from './audit.providers.js';
import { AuditService } from './audit.service.js';
import { GatewayEvents } from './gateway-events.service.js';
import { AuditLog } from './log/audit-log.js';
import { OpenIntents } from './open-intents.service.js';
import { Searches } from './search-index/open-searches.js';

/** The audit trail: recorded, signed, searched, anchored, exported, pruned. */
@Module({
  imports: [StorageModule, EncryptionModule],
  providers: trailProviders,
  exports: [
    AuditService,
    AuditLog,
    AuditWriter,
    GatewayEvents,
    OpenIntents,
    RollbackGuard,
    Searches,
  ],
})
export class AuditModule {}
