import { Module } from '@nestjs/common';
import { AccessService } from '../../access/access.service.js';
import { AuditService } from '../audit.service.js';
import { AuditIngestService } from './audit-ingest.service.js';
import { ClusterReports } from './cluster-reports.js';
import { IngestController } from './rest/ingest.controller.js';

@Module({
  controllers: [IngestController],
  providers: [
    {
      provide: AuditIngestService,
      inject: [AuditService, AccessService, ClusterReports],
      useFactory: (audit: AuditService, access: AccessService, reports: ClusterReports) =>
        new AuditIngestService(audit, access, reports),
    },
  ],
})
export class IngestModule {}
