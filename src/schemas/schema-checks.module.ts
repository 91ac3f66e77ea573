import { type FactoryProvider, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { GatewayAccounts } from '../core/gateway-accounts.js';
import { systemRandomness } from '../core/randomness.js';
import { SchemaWatch } from '../kubernetes/schema-watch.js';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import { Readiness } from '../platform/health/readiness.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecretChecks } from '../secrets/domain/secret-checks.js';
import { CheckPace } from './check-pace.js';
import { SchemaRegistry } from './domain/schema-registry.js';
import { SchemaFeed } from './domain/secret-schemas.js';
import { PacedSink } from './paced-sink.js';
import { SchemaChecks } from './schema-checks.js';
import { StoredSchemas } from './stored-schemas.js';
import { ViolationStatuses } from './violation-statuses.js';

const feed: FactoryProvider<SchemaFeed> = {
  provide: SchemaFeed,
  inject: [SelfKubeClient, SchemaRegistry, CheckPace, AppLogger],
  useFactory: (
    self: SelfKubeClient,
    { cluster, local }: SchemaRegistry,
    pace: CheckPace,
    logger: AppLogger,
  ) => {
    const paced = new PacedSink(local, pace);
    local.onChange(({ object }) => paced.forget(object));
    return new SchemaWatch({ self, registry: { cluster, local: paced }, logger });
  },
};

const statuses: FactoryProvider<ViolationStatuses> = {
  provide: ViolationStatuses,
  inject: [SchemaRegistry, StoredSchemas, GatewayAccounts, AppLogger],
  useFactory: (
    registry: SchemaRegistry,
    schemas: StoredSchemas,
    accounts: GatewayAccounts,
    logger: AppLogger,
  ) =>
    new ViolationStatuses({
      registry,
      schemas,
      caller: () => accounts.broker(),
      onFault: (error) => logger.fault(error),
    }),
};

const pace: FactoryProvider<CheckPace> = { provide: CheckPace, useFactory: () => new CheckPace() };

const registry: FactoryProvider<SchemaRegistry> = {
  provide: SchemaRegistry,
  inject: [CheckPace],
  useFactory: (pace: CheckPace) =>
    new SchemaRegistry((namespace, compile) =>
      namespace === '' ? compile() : pace.measured({ work: 'schemas', namespace }, compile),
    ),
};

const checks: FactoryProvider<SecretChecks> = {
  provide: SecretChecks,
  inject: [SchemaRegistry, SchemaFeed, Clock, CheckPace, ViolationStatuses, Metrics],
  useFactory: (
    registry: SchemaRegistry,
    schemaFeed: SchemaFeed,
    clock: Clock,
    pace: CheckPace,
    violations: ViolationStatuses,
    { schemas: metrics }: Metrics,
  ) => {
    metrics.watch(async () => {
      await registry.ready();
      return registry.all.map(({ problems }) => problems.length === 0);
    });
    return new SchemaChecks({
      registry,
      feed: schemaFeed,
      clock,
      pace,
      randomness: systemRandomness,
      onViolations: (concerning) => {
        violations.note(concerning);
        metrics.broken(concerning.some(({ isEnforced }) => isEnforced));
      },
    });
  },
};

/** Checks of keys and values of Secrets, for every feature that writes Secrets. */
@Module({
  providers: [registry, StoredSchemas, feed, statuses, pace, checks],
  exports: [SecretChecks, SchemaRegistry, StoredSchemas, SchemaFeed, CheckPace],
})
export class SchemaChecksModule implements OnApplicationBootstrap {
  readonly #feed: SchemaFeed;
  readonly #statuses: ViolationStatuses;
  readonly #resources: Resources;

  constructor(
    schemaFeed: SchemaFeed,
    violations: ViolationStatuses,
    resources: Resources,
    readiness: Readiness,
  ) {
    // Until then, no Secret can be written.
    readiness.addCheck({ name: 'schemas', probe: () => schemaFeed.loaded() });
    this.#feed = schemaFeed;
    this.#statuses = violations;
    this.#resources = resources;
  }

  onApplicationBootstrap(): void {
    this.#resources.defer(() => this.#feed.stop());
    this.#feed.start();
    this.#resources.defer(() => this.#statuses.stop());
    this.#statuses.start();
  }
}
