import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ConsumersModule } from '../consumers/consumers.module.js';
import { CustomResourcesModule } from '../custom-resources/custom-resources.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { KeyRingModule } from '../encryption/key-ring.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { SecretCacheModule } from '../secrets/cache/secret-cache.module.js';
import { SchemaChecksModule } from '../schemas/schema-checks.module.js';
import { HistoryModule } from '../versions/history.module.js';
import { PolicyFeed } from './domain/rotation-policies.js';
import { RetirementHolds } from './domain/retirement-holds.js';
import { RotationStarts } from './domain/rotation-starts.js';
import { RotationRunner } from './engine/rotation-runner.js';
import { RotationMutationsResolver } from './graphql/rotation-mutations.resolver.js';
import {
  RotationRunsResolver,
  SecretRotationResolver,
} from './graphql/rotation-fields.resolver.js';
import { NotificationDispatcher } from './notification-dispatcher.js';
import { RequestedRotations } from './requested-rotations.js';
import { RotationController } from './rest/rotation.controller.js';
import { RotationDependencies } from './rotation.dependencies.js';
import { rotationProviders } from './rotation.providers.js';
import { RotationsService } from './rotations.service.js';

/** Rotations: policies are watched, runs worked on, receivers notified. */
@Module({
  imports: [
    StorageModule,
    EncryptionModule,
    KeyRingModule,
    IdempotencyModule,
    AccessModule,
    AuditModule,
    CallsModule,
    AuthModule,
    HistoryModule,
    SecretCacheModule,
    SchemaChecksModule,
    ConsumersModule,
    CustomResourcesModule,
  ],
  controllers: [RotationController],
  providers: [
    ...rotationProviders,
    RetirementHolds,
    RotationDependencies,
    RotationsService,
    { provide: RotationStarts, useClass: RequestedRotations },
    SecretRotationResolver,
    RotationRunsResolver,
    RotationMutationsResolver,
  ],
  exports: [RetirementHolds, RotationStarts],
})
export class RotationModule implements OnApplicationBootstrap {
  /** Rotation works if there is a broker. */
  readonly #isOn: boolean;
  readonly #feed: PolicyFeed;
  readonly #runner: RotationRunner;
  readonly #outbox: NotificationDispatcher;
  readonly #resources: Resources;

  constructor(
    @Inject(CONFIG) { rotation, kubernetes }: Config,
    feed: PolicyFeed,
    runner: RotationRunner,
    outbox: NotificationDispatcher,
    resources: Resources,
  ) {
    this.#isOn = rotation.enabled && kubernetes.access !== 'passthrough';
    this.#feed = feed;
    this.#runner = runner;
    this.#outbox = outbox;
    this.#resources = resources;
  }

  onApplicationBootstrap(): void {
    if (!this.#isOn) return;
    this.#resources.defer(() => this.#stop());
    this.#feed.start();
    this.#runner.start();
    this.#outbox.start();
  }

  async #stop(): Promise<void> {
    await this.#feed.stop();
    await this.#runner.stop();
    await this.#outbox.stop();
  }
}
