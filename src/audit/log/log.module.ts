import { Module } from '@nestjs/common';
import { AccessService } from '../../access/access.service.js';
import { AuditService } from '../audit.service.js';
import { AuditLogService } from './audit-log.service.js';
import { AUDIT_LOG, type AuditLog } from './open-audit-log.js';
import { LogController } from './rest/log.controller.js';

@Module({
  controllers: [LogController],
  providers: [
    {
      provide: AuditLogService,
      inject: [AuditService, AccessService, AUDIT_LOG],
      useFactory: (audit: AuditService, access: AccessService, log: AuditLog) =>
        new AuditLogService(audit, access, log),
    },
  ],
})
export class LogModule {}
