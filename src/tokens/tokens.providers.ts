import type { FactoryProvider, Provider } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { Clock } from '../core/clock.js';
import { RowIntegrity } from '../encryption/row-integrity.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { Upkeep } from '../platform/lifecycle/upkeep.js';
import { Database } from '../platform/storage/database.js';
import { ActingRights } from './acting-rights.js';
import { ServiceAccountDirectory } from './domain/service-account-directory.js';
import { LiveTokens } from './live-tokens.js';
import { RevokedTokenIds } from './revoked-token-ids.js';
import { RevokedTokens } from './revoked-tokens.service.js';
import { TokenUses } from './token-uses.js';
import { TokenVerification } from './token-verification.js';
import { TokensStore } from './tokens.store.js';

const PURGED_AT_ONCE = 1_000;

const store: FactoryProvider<TokensStore> = {
  provide: TokensStore,
  inject: [Database, RowIntegrity, Clock, Upkeep],
  useFactory: (database: Database, integrity: RowIntegrity, clock: Clock, upkeep: Upkeep) => {
    const opened = new TokensStore(database, integrity);
    upkeep.add(async () => {
      await opened.purge(clock.nowMs(), PURGED_AT_ONCE);
    });
    return opened;
  },
};

const uses: FactoryProvider<TokenUses> = {
  provide: TokenUses,
  inject: [TokensStore, Clock, Upkeep, Resources],
  useFactory: (tokens: TokensStore, clock: Clock, upkeep: Upkeep, resources: Resources) => {
    const opened = new TokenUses((noted) => tokens.used(noted));
    upkeep.add(() => opened.flush(clock.nowMs()));
    // A use is optional data, not a record: an unreachable database loses it.
    resources.defer(() => opened.flushNow(clock.nowMs()).catch(() => undefined));
    return opened;
  },
};

const rights: FactoryProvider<ActingRights> = {
  provide: ActingRights,
  inject: [AccessService, ServiceAccountDirectory, Clock],
  useFactory: (access: AccessService, accounts: ServiceAccountDirectory, clock: Clock) =>
    new ActingRights(access, accounts, clock),
};

const verification: FactoryProvider<TokenVerification> = {
  provide: TokenVerification,
  inject: [TokensStore, ActingRights, TokenUses, Clock, RevokedTokenIds],
  useFactory: (
    tokens: TokensStore,
    acting: ActingRights,
    used: TokenUses,
    clock: Clock,
    revoked: RevokedTokenIds,
  ) =>
    new TokenVerification({
      store: tokens,
      rights: acting,
      uses: used,
      clock,
      isRevoked: (id) => revoked.has(id),
    }),
};

const liveTokens: FactoryProvider<LiveTokens> = {
  provide: LiveTokens,
  inject: [Database],
  useFactory: (database: Database) => new LiveTokens(database),
};

export const tokenProviders: Provider[] = [
  store,
  uses,
  rights,
  RevokedTokenIds,
  verification,
  liveTokens,
  RevokedTokens,
];
