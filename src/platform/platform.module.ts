import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../core/clock.js';
import { ConfiguredResources } from '../core/configured-resource.js';
import { GatewayAccounts } from '../core/gateway-accounts.js';
import { limits } from '../core/limits.js';
import { version } from '../core/version.js';
import type { Config } from './config/config.schema.js';
import { CONFIG } from './config/config.token.js';
import { Readiness } from './health/readiness.js';
import { Resources } from './lifecycle/resources.js';
import { Shutdown } from './lifecycle/shutdown.js';
import { Upkeep } from './lifecycle/upkeep.js';
import { AppLogger } from './telemetry/app-logger.js';
import { Metrics } from './telemetry/metrics.js';
import { Tracer } from './telemetry/tracer.js';
import { createTracer } from './telemetry/tracing.js';

/** Dependencies that exist before anything is opened. */
export interface PlatformDependencies {
  readonly config: Config;
  readonly logger: AppLogger;
  readonly resources: Resources;
}

/** Dependencies of every feature, available without importing a module. */
@Module({})
export class PlatformModule {
  static with({ config, logger, resources }: PlatformDependencies): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: AppLogger, useValue: logger },
      { provide: Resources, useValue: resources },
      { provide: Clock, useClass: SystemClock },
      { provide: Metrics, useFactory: () => new Metrics() },
      { provide: ConfiguredResources, useFactory: () => ConfiguredResources.of(config.kubectl) },
      { provide: GatewayAccounts, useFactory: () => new GatewayAccounts(config.kubernetes) },
      { provide: Readiness, useFactory: () => readinessWith(logger) },
      { provide: Tracer, useFactory: () => openTracer(config, resources) },
      Upkeep,
      Shutdown,
    ];
    const exports = [
      CONFIG,
      AppLogger,
      Resources,
      Clock,
      Metrics,
      ConfiguredResources,
      GatewayAccounts,
      Readiness,
      Tracer,
      Upkeep,
      Shutdown,
    ];
    return { module: PlatformModule, global: true, providers, exports };
  }
}

function readinessWith(logger: AppLogger): Readiness {
  return new Readiness({
    onChange: (check, isUp, reason) => logger.readinessChanged(check, isUp, reason),
  });
}

async function openTracer({ tracing }: Config, resources: Resources): Promise<Tracer> {
  const tracer = await createTracer({ ...tracing, version });
  resources.defer(() => tracer.close(limits.tracerCloseMsMax));
  return tracer;
}
