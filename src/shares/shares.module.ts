import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { CustomResourcesModule } from '../custom-resources/custom-resources.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { SecretCacheModule } from '../secrets/cache/secret-cache.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ImportFeed } from './domain/secret-imports.js';
import { ShareFeed } from './domain/secret-shares.js';
import { SharingMutationsResolver } from './graphql/sharing-mutations.resolver.js';
import { SharingResolver } from './graphql/sharing.resolver.js';
import { ImportsController } from './rest/imports.controller.js';
import { SharesController } from './rest/shares.controller.js';
import { shareProviders } from './shares.providers.js';
import { SharesService } from './shares.service.js';

/** Shares of Secrets across namespaces: both kinds are watched, values read on request. */
@Module({
  imports: [
    AccessModule,
    AuditModule,
    AuthModule,
    CallsModule,
    CustomResourcesModule,
    SecretCacheModule,
    SecretsModule,
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
  readonly #resources: Resources;

  constructor(
    @Inject(CONFIG) { kubernetes }: Config,
    shares: ShareFeed,
    imports: ImportFeed,
    resources: Resources,
  ) {
    this.#isOn = kubernetes.access !== 'passthrough';
    this.#shares = shares;
    this.#imports = imports;
    this.#resources = resources;
  }

  onApplicationBootstrap(): void {
    if (!this.#isOn) return;
    for (const feed of [this.#shares, this.#imports]) {
      this.#resources.defer(() => feed.stop());
      feed.start();
    }
  }
}
