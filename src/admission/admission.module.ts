import { type FactoryProvider, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuditSpace, anonymousUse } from '../audit/audit-space.js';
import { AuditService } from '../audit/audit.service.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Database } from '../platform/storage/database.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SchemaChecksModule } from '../schemas/schema-checks.module.js';
import { AdmissionListener } from './admission-listener.js';
import { AdmissionRefusals } from './admission-refusals.js';
import { AdmissionService } from './admission.service.js';

const refusals: FactoryProvider<AdmissionRefusals> = {
  provide: AdmissionRefusals,
  inject: [AuditService, Database, AppLogger],
  useFactory: (audit: AuditService, { location }: Database, logger: AppLogger) => {
    const onAlarm = (message: string): void => logger.alarm(message);
    return new AdmissionRefusals(audit, new AuditSpace(location, { use: anonymousUse, onAlarm }));
  },
};

/** Undefined if no webhook is configured. */
const listener: FactoryProvider<AdmissionListener | undefined> = {
  provide: AdmissionListener,
  inject: [CONFIG, AdmissionService, AppLogger, Metrics],
  useFactory: (
    { admission }: Config,
    service: AdmissionService,
    logger: AppLogger,
    metrics: Metrics,
  ) => {
    if (admission === undefined) return undefined;
    return new AdmissionListener({
      settings: admission,
      review: (sent) => service.review(sent),
      onFailed: (error) => {
        metrics.admission.answered('failed');
        if (error.status >= 500) logger.fault(error);
      },
      onAlarm: (message) => logger.alarm(message),
    });
  },
};

/** The admission webhook, where `admission` is configured. */
@Module({
  imports: [StorageModule, AuditModule, SchemaChecksModule],
  providers: [refusals, listener, AdmissionService],
})
export class AdmissionModule implements OnApplicationBootstrap {
  readonly #listener: AdmissionListener | undefined;
  readonly #refusals: AdmissionRefusals;
  readonly #resources: Resources;
  readonly #logger: AppLogger;

  constructor(
    @Inject(AdmissionListener) admissionListener: AdmissionListener | undefined,
    admissionRefusals: AdmissionRefusals,
    resources: Resources,
    logger: AppLogger,
  ) {
    this.#listener = admissionListener;
    this.#refusals = admissionRefusals;
    this.#resources = resources;
    this.#logger = logger;
  }

  async onApplicationBootstrap(): Promise<void> {
    const admissionListener = this.#listener;
    if (admissionListener === undefined) return;
    this.#resources.defer(() => this.#refusals.flush());
    this.#resources.defer(() => admissionListener.close());
    const url = await admissionListener.listen();
    this.#logger.notice(`the admission webhook listens at ${url}`);
  }
}
