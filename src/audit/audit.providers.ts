import type { FactoryProvider, Provider } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { version } from '../core/version.js';
import { KeyMaterial } from '../encryption/key-material.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Database } from '../platform/storage/database.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { AlteredEntries } from './altered-entries.js';
import { anchorProviders } from './anchors/audit-anchors.providers.js';
import { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditReader } from './audit-reader.js';
import { AuditReadiness } from './audit-readiness.service.js';
import { AuditTrail } from './audit-trail.service.js';
import { AuditWriter } from './audit-writer.js';
import { AuditService } from './audit.service.js';
import { GatewayEvents } from './gateway-events.service.js';
import { AuditLog } from './log/audit-log.js';
import { AuditRetention } from './retention/audit-retention.service.js';
import { OpenIntents } from './open-intents.service.js';
import { openSearches, Searches } from './search-index/open-searches.js';
import { AuditSinks } from './sinks/audit-sinks.js';

const auditWriter: FactoryProvider<AuditWriter> = {
  provide: AuditWriter,
  inject: [Database, KeyMaterial, AppLogger, Metrics, Resources],
  useFactory: (
    { location }: Database,
    { rowKey }: KeyMaterial,
    logger: AppLogger,
    metrics: Metrics,
    resources: Resources,
  ) => {
    const writer = new AuditWriter(location, {
      rowKey,
      onAlarm: (message) => logger.alarm(message),
      onCommit: (events, durationMs) => metrics.auditCommitted(events, durationMs),
    });
    resources.defer(() => writer.close());
    metrics.watchAuditQueue(() => writer.queueDepth);
    if (location.dialect === 'postgres') metrics.watchSequencer(() => writer.unsequenced);
    return writer;
  },
};

const searches: FactoryProvider<Searches> = {
  provide: Searches,
  inject: [Database, AppLogger, Metrics, Resources],
  useFactory: (database: Database, logger: AppLogger, metrics: Metrics, resources: Resources) => {
    const opened = openSearches(database, {
      onAlarm: (message) => logger.alarm(message),
      onNotice: (message) => logger.notice(message),
    });
    resources.defer(() => opened.close());
    const { index } = opened;
    if (index !== undefined) {
      metrics.watchAuditIndex(() => ({ behind: index.entriesBehind, isFailing: index.isFailing }));
    }
    return opened;
  },
};

const alteredEntries: FactoryProvider<AlteredEntries> = {
  provide: AlteredEntries,
  inject: [AppLogger],
  useFactory: (logger: AppLogger) => new AlteredEntries((message) => logger.alarm(message)),
};

/** Searches delay no other work, and counts delay no searches. */
const auditReader: FactoryProvider<AuditReader> = {
  provide: AuditReader,
  inject: [Searches, AlteredEntries],
  useFactory: (opened: Searches, altered: AlteredEntries) =>
    new AuditReader(opened.shared, altered, opened.reads()),
};

const auditService: FactoryProvider<AuditService> = {
  provide: AuditService,
  inject: [AuditWriter, AuditReader, Clock, RollbackGuard],
  useFactory: (writer: AuditWriter, reader: AuditReader, clock: Clock, guard: RollbackGuard) =>
    new AuditService(writer, reader, clock, { writers: writer.writers, guard }),
};

const auditLog: FactoryProvider<Promise<AuditLog>> = {
  provide: AuditLog,
  inject: [CONFIG, Database, KeyMaterial, RollbackGuard, AppLogger],
  useFactory: (
    config: Config,
    database: Database,
    { rowKey }: KeyMaterial,
    { refusal, hasForeign }: RollbackGuard,
    logger: AppLogger,
  ) =>
    AuditLog.open(config, database, {
      rowKey,
      onAlarm: (message) => logger.alarm(message),
      ...(refusal !== undefined && { obstacle: refusal }),
      isAnchoredElsewhere: hasForeign,
    }),
};

const auditSinks: FactoryProvider<AuditSinks> = {
  provide: AuditSinks,
  inject: [CONFIG, Database, KeyMaterial, AppLogger, Metrics],
  useFactory: (
    { audit }: Config,
    { location }: Database,
    { rowKey }: KeyMaterial,
    logger: AppLogger,
    metrics: Metrics,
  ) => {
    const sinks = new AuditSinks({
      sinks: audit.sinks,
      location,
      version,
      rowKey,
      onAlarm: (message) => logger.alarm(message),
    });
    metrics.watchAuditSinks(() => sinks.states);
    return sinks;
  },
};

export const trailProviders: Provider[] = [
  ...anchorProviders,
  auditWriter,
  searches,
  alteredEntries,
  auditReader,
  auditService,
  auditLog,
  auditSinks,
  AuditRetention,
  GatewayEvents,
  OpenIntents,
  AuditTrail,
  AuditReadiness,
];
