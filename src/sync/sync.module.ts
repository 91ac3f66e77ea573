import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { CustomResourcesModule } from '../custom-resources/custom-resources.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { HttpModule } from '../platform/http/http.module.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { RetirementHolds } from '../rotation/domain/retirement-holds.js';
import { SchemaChecksModule } from '../schemas/schema-checks.module.js';
import { SecretCacheModule } from '../secrets/cache/secret-cache.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SharesModule } from '../shares/shares.module.js';
import { HistoryModule } from '../versions/history.module.js';
import { StoreFeed } from './domain/external-stores.js';
import { SyncFeed } from './domain/secret-syncs.js';
import { StoreMutationsResolver } from './graphql/store-mutations.resolver.js';
import { StoresResolver } from './graphql/stores.resolver.js';
import { SyncMutationsResolver } from './graphql/sync-mutations.resolver.js';
import { SyncsResolver } from './graphql/syncs.resolver.js';
import { HintedLooks } from './notify/hinted-looks.js';
import { notifyProviders } from './notify/notify.providers.js';
import { NotifyController } from './rest/notify.controller.js';
import { StoresController } from './rest/stores.controller.js';
import { SyncsController } from './rest/syncs.controller.js';
import { PendingSyncs } from './engine/pending-syncs.js';
import { SyncWork } from './engine/sync-work.js';
import { SyncsService } from './syncs.service.js';
import { syncProviders } from './sync.providers.js';

/** Syncs of Secrets with other stores. */
@Module({
  imports: [
    AccessModule,
    AuditModule,
    AuthModule,
    CallsModule,
    CustomResourcesModule,
    EncryptionModule,
    HistoryModule,
    HttpModule,
    RotationModule,
    SchemaChecksModule,
    SecretCacheModule,
    SecretsModule,
    SharesModule,
    StorageModule,
  ],
  controllers: [StoresController, SyncsController, NotifyController],
  providers: [
    ...syncProviders,
    ...notifyProviders,
    SyncsService,
    StoresResolver,
    StoreMutationsResolver,
    SyncsResolver,
    SyncMutationsResolver,
  ],
  exports: [SyncsService],
})
export class SyncModule implements OnApplicationBootstrap {
  /** Syncs work if there is a broker. */
  readonly #isOn: boolean;
  readonly #isWorking: boolean;
  readonly #stores: StoreFeed;
  readonly #syncs: SyncFeed;
  readonly #work: SyncWork;
  readonly #looks: HintedLooks;
  readonly #resources: Resources;

  constructor(
    @Inject(CONFIG) { kubernetes, sync }: Config,
    stores: StoreFeed,
    syncs: SyncFeed,
    work: SyncWork,
    looks: HintedLooks,
    resources: Resources,
    holds: RetirementHolds,
    pending: PendingSyncs,
  ) {
    holds.add((secret) => pending.reasonFor(secret));
    this.#isOn = kubernetes.access !== 'passthrough';
    this.#isWorking = sync.enabled;
    this.#stores = stores;
    this.#syncs = syncs;
    this.#work = work;
    this.#looks = looks;
    this.#resources = resources;
  }

  onApplicationBootstrap(): void {
    if (!this.#isOn) return;
    for (const feed of [this.#stores, this.#syncs]) {
      this.#resources.defer(() => feed.stop());
      feed.start();
    }
    if (!this.#isWorking) return;
    this.#resources.defer(() => this.#work.stop());
    this.#work.start();
    this.#resources.defer(() => this.#looks.stop());
    this.#looks.start();
  }
}
