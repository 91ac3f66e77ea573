import { type FactoryProvider, Module } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { Clock } from '../../core/clock.js';
import { GatewayAccounts } from '../../core/gateway-accounts.js';
import { OwnIdentity } from '../../kubernetes/own-identity.js';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { Readiness } from '../../platform/health/readiness.js';
import { Database } from '../../platform/storage/database.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { AuditSpace, reportUse } from '../audit-space.js';
import { AuditWriter } from '../audit-writer.js';
import { AuditModule } from '../audit.module.js';
import { CallsModule } from '../../calls/calls.module.js';
import { Searches } from '../search-index/open-searches.js';
import { AuditIngestService } from './audit-ingest.service.js';
import { ClusterReports } from './cluster-reports.js';
import { ReportedGateway } from './reported-gateway.js';
import { ReportIntake } from './report-intake.js';
import { IngestController } from './rest/ingest.controller.js';

const intake: FactoryProvider<ReportIntake> = {
  provide: ReportIntake,
  inject: [Database, AppLogger, Readiness],
  useFactory: ({ location }: Database, logger: AppLogger, readiness: Readiness) => {
    const onAlarm = (message: string): void => logger.alarm(message);
    const opened = new ReportIntake({
      space: new AuditSpace(location, { use: reportUse, onAlarm }),
    });
    readiness.addWarnings(() => opened.warnings());
    return opened;
  },
};

const gateway: FactoryProvider<ReportedGateway> = {
  provide: ReportedGateway,
  inject: [CONFIG, OwnIdentity, GatewayAccounts, Database, Clock],
  useFactory: (
    { kubernetes }: Config,
    identity: OwnIdentity,
    accounts: GatewayAccounts,
    { writers }: Database,
    clock: Clock,
  ) =>
    new ReportedGateway({
      access: kubernetes.access,
      username: () => identity.username(),
      broker: accounts.broker().principal.username,
      // Other processes may have begun calls before this one.
      startedAtMs: writers === 'one' ? clock.nowMs() : undefined,
    }),
};

const reports: FactoryProvider<ClusterReports> = {
  provide: ClusterReports,
  inject: [Searches, AuditWriter, ReportIntake, ReportedGateway],
  useFactory: (
    searches: Searches,
    writer: AuditWriter,
    reportIntake: ReportIntake,
    reported: ReportedGateway,
  ) =>
    new ClusterReports({
      searches: searches.shared,
      writer,
      intake: reportIntake,
      gateway: () => reported.identity(),
    }),
};

/** Module for events that the audit webhook of the API server posts. */
@Module({
  imports: [StorageModule, AccessModule, AuditModule, CallsModule],
  controllers: [IngestController],
  providers: [intake, gateway, reports, AuditIngestService],
  exports: [ClusterReports, ReportIntake],
})
export class IngestModule {}
