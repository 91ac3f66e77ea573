import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { CustomResourcesModule } from '../custom-resources/custom-resources.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { RotationModule } from '../rotation/rotation.module.js';
import { SecretCacheModule } from '../secrets/cache/secret-cache.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SchemaChecksModule } from '../schemas/schema-checks.module.js';
import { HistoryModule } from '../versions/history.module.js';
import { ShareCopies } from './copies/share-copies.js';
import { ImportFeed } from './domain/secret-imports.js';
import { ShareFeed } from './domain/secret-shares.js';
import { SharingMutationsResolver } from './graphql/sharing-mutations.resolver.js';
import { SharingResolver } from './graphql/sharing.resolver.js';
import { LastReads } from './last-reads.js';
import { ImportsController } from './rest/imports.controller.js';
import { SharesController } from './rest/shares.controller.js';
import { shareProviders } from './shares.providers.js';
import { SharesService } from './shares.service.js';

/** Shares of Secrets across namespaces: values are read on request, or copied. */
@Module({
  imports: [
    AccessModule,
    AuditModule,
    AuthModule,
    CallsModule,
    CustomResourcesModule,
    HistoryModule,
    RotationModule,
    SecretCacheModule,
    SchemaChecksModule,
    SecretsModule,
    StorageModule,
  ],
  controllers: [SharesController, ImportsController],
  providers: [...shareProviders, SharingResolver, SharingMutationsResolver],
  exports: [SharesService],
})
export class SharesModule implements OnApplicationBootstrap {
  /** Sharing works if there is a broker. */
  readonly #isOn: boolean;
  readonly #shares: ShareFeed;
  readonly #imports: ImportFeed;
  readonly #copies: ShareCopies;
  readonly #lastReads: LastReads;
  readonly #resources: Resources;

  constructor(
    @Inject(CONFIG) { kubernetes }: Config,
    shares: ShareFeed,
    imports: ImportFeed,
    copies: ShareCopies,
    lastReads: LastReads,
    resources: Resources,
  ) {
    this.#isOn = kubernetes.access !== 'passthrough';
    this.#shares = shares;
    this.#imports = imports;
    this.#copies = copies;
    this.#lastReads = lastReads;
    this.#resources = resources;
  }

  onApplicationBootstrap(): void {
    if (!this.#isOn) return;
    this.#resources.defer(() => this.#lastReads.stop());
    for (const feed of [this.#shares, this.#imports]) {
      this.#resources.defer(() => feed.stop());
      feed.start();
    }
    this.#resources.defer(() => this.#copies.stop());
    this.#copies.start();
  }
}
