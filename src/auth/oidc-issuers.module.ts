import { type FactoryProvider, Module } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { OidcIssuers } from './oidc-issuers.js';

/** In passthrough, every credential must belong to the cluster. */
const NO_ISSUERS = { jwt: [] } as const;

const oidcIssuers: FactoryProvider<Promise<OidcIssuers>> = {
  provide: OidcIssuers,
  inject: [CONFIG, Clock, AppLogger],
  useFactory: ({ kubernetes, auth }: Config, clock: Clock, logger: AppLogger) =>
    OidcIssuers.open(kubernetes.access === 'passthrough' ? NO_ISSUERS : auth, clock, {
      alarm: (message) => logger.alarm(message),
      reloaded: (refusal) => logger.authenticationReloaded(refusal),
    }),
};

/** Trusted issuers, which need no database. */
@Module({ providers: [oidcIssuers], exports: [OidcIssuers] })
export class OidcIssuersModule {}
