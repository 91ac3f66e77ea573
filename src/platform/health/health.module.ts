import { type DynamicModule, Module } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { Metrics } from '../telemetry/metrics.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import type { Readiness } from './readiness.js';
import type { HealthFacts } from './verbose-report.js';

export interface HealthModuleOptions {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** Facts for `/readyz?verbose`: mode, access, scope. */
  readonly facts: () => HealthFacts;
}

/** The application of the second listener. */
@Module({})
export class HealthModule {
  static forRoot({ readiness, metrics, facts }: HealthModuleOptions): DynamicModule {
    return {
      module: HealthModule,
      // Readiness logs each change of a check once; terminus would log every failed probe.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        { provide: Metrics, useValue: metrics },
        {
          provide: HealthService,
          inject: [HealthCheckService, HealthIndicatorService],
          useFactory: (health: HealthCheckService, indicators: HealthIndicatorService) =>
            new HealthService({ health, indicators, readiness, facts }),
        },
      ],
    };
  }
}
