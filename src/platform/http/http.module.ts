import { type FactoryProvider, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditModule } from '../../audit/audit.module.js';
import { AuditSpace, anonymousUse } from '../../audit/audit-space.js';
import { AuditWriter } from '../../audit/audit-writer.js';
import { AuditService } from '../../audit/audit.service.js';
import type { Config } from '../config/config.schema.js';
import { CONFIG } from '../config/config.token.js';
import { Resources } from '../lifecycle/resources.js';
import { Database } from '../storage/database.js';
import { StorageModule } from '../storage/storage.module.js';
import { AppLogger } from '../telemetry/app-logger.js';
import { AnonymousRefusals } from './anonymous-refusals.js';
import { ErrorFilter } from './error.filter.js';
import { RefusalRecorder } from './refusal-recorder.js';
import { RequestLimits } from './request-limits.js';

const requestLimits: FactoryProvider<RequestLimits> = {
  provide: RequestLimits,
  inject: [CONFIG],
  useFactory: ({ limits }: Config) => new RequestLimits(limits),
};

/** Recorder for callers without a credential, only while the disk is not short of space. */
const anonymousRefusals: FactoryProvider<AnonymousRefusals> = {
  provide: AnonymousRefusals,
  inject: [AuditService, AuditWriter, Database, RequestLimits, AppLogger],
  useFactory: (
    audit: AuditService,
    writer: AuditWriter,
    { location }: Database,
    limits: RequestLimits,
    logger: AppLogger,
  ) => {
    const onAlarm = (message: string): void => logger.alarm(message);
    const space = new AuditSpace(location, { use: anonymousUse, onAlarm });
    return new AnonymousRefusals({ audit, writer, limits, space });
  },
};

const refusalRecorder: FactoryProvider<RefusalRecorder> = {
  provide: RefusalRecorder,
  inject: [AuditService, AppLogger, AnonymousRefusals],
  useFactory: (audit: AuditService, logger: AppLogger, anonymous: AnonymousRefusals) =>
    new RefusalRecorder(audit, logger, anonymous),
};

/** Rules for every request: limits, and recorded refusals. */
@Module({
  imports: [StorageModule, AuditModule],
  providers: [
    requestLimits,
    anonymousRefusals,
    refusalRecorder,
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [RequestLimits, RefusalRecorder],
})
export class HttpModule implements OnApplicationBootstrap {
  readonly #recorder: RefusalRecorder;
  readonly #resources: Resources;

  constructor(recorder: RefusalRecorder, resources: Resources) {
    this.#recorder = recorder;
    this.#resources = resources;
  }

  /** Runs after the bootstrap of the trail, so that a stop records refusals before it signs. */
  onApplicationBootstrap(): void {
    this.#resources.defer(() => this.#recorder.flush());
  }
}
