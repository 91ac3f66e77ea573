import type { AccessService } from './access/access.service.js';
import type { AuditService } from './audit/audit.service.js';
import { SallyportTokenVerifier } from './auth/sallyport-token.verifier.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import { toSallyportError } from './core/errors/sallyport-error.js';
import { RowCheck } from './encryption/row-check.js';
import type { RowIntegrity } from './encryption/row-integrity.js';
import type { IdempotencyService } from './platform/idempotency/idempotency.service.js';
import type { Database } from './platform/storage/database.js';
import { ActingRights } from './tokens/acting-rights.js';
import type { ServiceAccountDirectory } from './tokens/domain/service-account-directory.js';
import { TokenUses } from './tokens/token-uses.js';
import { TokenVerification } from './tokens/token-verification.js';
import { TokensService } from './tokens/tokens.service.js';
import { LiveTokens } from './tokens/live-tokens.js';
import { RevokedTokens } from './tokens/revoked-tokens.js';
import { TokensStore } from './tokens/tokens.store.js';
import type { AppLogger } from './platform/telemetry/app-logger.js';

const PURGED_AT_ONCE = 1_000;

export interface AccessTokensParts {
  readonly database: Database;
  readonly accounts: ServiceAccountDirectory;
  readonly access: AccessService;
  readonly audit: AuditService;
  readonly idempotency: IdempotencyService;
  readonly clock: Clock;
  readonly logger: AppLogger;
}

/** Tokens of the gateway's own: the service that makes them, and the verifier that knows them. */
export function openAccessTokens(
  config: Config,
  integrity: RowIntegrity,
  parts: AccessTokensParts,
) {
  const { database, accounts, access, audit, idempotency, clock, logger } = parts;
  const store = new TokensStore(database, integrity);
  const uses = new TokenUses((noted) => store.used(noted));
  const rights = new ActingRights(access, accounts, clock);
  const verification = new TokenVerification({
    ...{ store, rights, uses, clock },
    isRevoked: (id) => revoked.has(id),
  });
  // In passthrough the caller's own token goes on, and the cluster knows none of these.
  const isAvailable = config.kubernetes.access !== 'passthrough';
  const { maxLifetimeSeconds } = config.tokens;
  const bounds = { maxLifetimeSeconds, isAvailable };
  const verifier = new SallyportTokenVerifier(verification);
  const end = async (id: string): Promise<void> => verification.forget(await store.remove(id));
  const tokens = new LiveTokens(database);
  const revoked = new RevokedTokens({ audit, tokens, clock, maxLifetimeSeconds, end });
  const onFault = (error: unknown): void => logger.unexpectedError(toSallyportError(error));
  const check = new RowCheck({ passes: [revoked.pass], integrity, onFault });
  return {
    verifiers: isAvailable ? [verifier] : [],
    service: new TokensService({
      ...{ audit, access, idempotency, store, verification, rights, uses, clock },
      ...bounds,
    }),
    /** Begins to compare tokens with the trail. */
    start(): void {
      if (isAvailable) check.start();
    },
    /** Writes down uses, and forgets what has expired. */
    async keepUp(): Promise<void> {
      await uses.flush(clock.nowMs());
      await store.purge(clock.nowMs(), PURGED_AT_ONCE);
    },
    async close(): Promise<void> {
      await check.stop();
      await uses.flushNow(clock.nowMs());
    },
  };
}
