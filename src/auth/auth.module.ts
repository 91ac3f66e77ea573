import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { Readiness } from '../platform/health/readiness.js';
import { HttpModule } from '../platform/http/http.module.js';
import { RequestLifetimes } from '../platform/http/request-lifetimes.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Upkeep } from '../platform/lifecycle/upkeep.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { AudienceCheck } from './audience-check.js';
import { AuthGuard } from './auth.guard.js';
import { authProviders } from './auth.providers.js';
import { CredentialLifetimes } from './credential-lifetimes.service.js';
import { OidcIssuersModule } from './oidc-issuers.module.js';
import { OidcIssuers } from './oidc-issuers.js';
import { RequestAuthentication } from './request-authentication.js';
import { ServiceAccountSignature } from './service-account-signature.js';

/** Module of callers: credentials, principals, and the lifetimes of their requests. */
@Module({
  imports: [HttpModule, OidcIssuersModule, TokensModule],
  providers: [...authProviders, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [RequestAuthentication, CredentialLifetimes, RequestLifetimes],
})
export class AuthModule implements OnApplicationBootstrap {
  readonly #isPassthrough: boolean;
  readonly #issuers: OidcIssuers;
  readonly #signature: ServiceAccountSignature;
  readonly #audience: AudienceCheck;
  readonly #resources: Resources;
  readonly #upkeep: Upkeep;

  constructor(
    @Inject(CONFIG) { kubernetes }: Config,
    issuers: OidcIssuers,
    signature: ServiceAccountSignature,
    audience: AudienceCheck,
    resources: Resources,
    upkeep: Upkeep,
    readiness: Readiness,
  ) {
    this.#isPassthrough = kubernetes.access === 'passthrough';
    this.#issuers = issuers;
    this.#signature = signature;
    this.#audience = audience;
    this.#resources = resources;
    this.#upkeep = upkeep;
    if (!this.#isPassthrough) readiness.addWarnings(() => this.#warnings());
  }

  onApplicationBootstrap(): void {
    if (this.#isPassthrough) return;
    for (const part of [this.#issuers, this.#signature]) {
      this.#resources.defer(() => part.close());
      part.start();
    }
    this.#upkeep.add(() => this.#audience.ask());
    void this.#audience.ask();
  }

  /** Returns warnings by check, in words without names. */
  #warnings(): Readonly<Record<string, string>> {
    return {
      ...(!this.#issuers.isCurrent && {
        authentication: 'the file is broken, the one before is used',
      }),
      ...(!this.#signature.isPublished && {
        tokens: 'the API server publishes no keys to check them with',
      }),
      ...(this.#audience.passes && { audience: 'the API server takes it for its own tokens' }),
    };
  }
}
