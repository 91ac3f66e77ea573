import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { RowCheck } from '../encryption/row-check.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { TokensResolver } from './graphql/tokens.resolver.js';
import { TokensController } from './rest/tokens.controller.js';
import { RevokedTokens } from './revoked-tokens.service.js';
import { TokenVerification } from './token-verification.js';
import { tokenProviders } from './tokens.providers.js';
import { TokensService } from './tokens.service.js';

/** Tokens of the gateway's own. */
@Module({
  imports: [
    StorageModule,
    EncryptionModule,
    IdempotencyModule,
    AccessModule,
    AuditModule,
    CallsModule,
  ],
  controllers: [TokensController],
  providers: [...tokenProviders, TokensService, TokensResolver],
  exports: [TokensService, TokenVerification],
})
export class TokensModule implements OnApplicationBootstrap {
  readonly #isPassthrough: boolean;
  readonly #check: RowCheck;
  readonly #resources: Resources;

  constructor(
    @Inject(CONFIG) { kubernetes }: Config,
    revoked: RevokedTokens,
    integrity: RowIntegrity,
    logger: AppLogger,
    resources: Resources,
  ) {
    this.#isPassthrough = kubernetes.access === 'passthrough';
    const onFault = (error: unknown): void => logger.fault(error);
    this.#check = new RowCheck({ passes: [revoked.pass], integrity, onFault });
    this.#resources = resources;
  }

  /** Begins to compare tokens with the trail. */
  onApplicationBootstrap(): void {
    if (this.#isPassthrough) return;
    this.#resources.defer(() => this.#check.stop());
    this.#check.start();
  }
}
