import { Module } from '@nestjs/common';
import { AccessService } from '../../access/access.service.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { AuditService } from '../audit.service.js';
import { AuditIngestService } from './audit-ingest.service.js';
import { ClusterReports } from './cluster-reports.js';
import { ReportIntake } from './report-intake.js';
import { IngestController } from './rest/ingest.controller.js';

@Module({
  controllers: [IngestController],
  providers: [
    {
      provide: AuditIngestService,
      inject: [AuditService, AccessService, ClusterReports, ReportIntake, AppLogger],
      useFactory: (
        audit: AuditService,
        access: AccessService,
        reports: ClusterReports,
        intake: ReportIntake,
        logger: AppLogger,
      ) => {
        const onAlarm = (message: string): void => logger.alarm(message);
        return new AuditIngestService({ audit, access, reports, intake, onAlarm });
      },
    },
  ],
})
export class IngestModule {}
