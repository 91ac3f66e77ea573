import { type DynamicModule, Module } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { StandingRights } from '../access/standing-rights.service.js';
import { AuditService } from '../audit/audit.service.js';
import { RawUpstream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import { NamespacesModule } from '../namespaces/namespaces.module.js';
import { NamespacesService } from '../namespaces/namespaces.service.js';
import type { TypeRules } from './domain/secret-types.js';
import { DenialBeforeFaultStore } from './denial-before-fault.store.js';
import { PastSecrets } from './domain/past-secrets.js';
import { SecretHistory } from './domain/secret-history.js';
import { SecretStore } from './domain/secret.store.js';
import { SecretMutationsResolver } from './graphql/secret-mutations.resolver.js';
import { SecretQueriesResolver } from './graphql/secret-queries.resolver.js';
import { SecretKeysController } from './rest/secret-keys.controller.js';
import { SecretsController } from './rest/secrets.controller.js';
import { RevealTurns } from './forward/reveal-turns.js';
import { SecretForwards } from './forward/secret-forwards.js';
import { SecretLists } from './secret-lists.js';
import { SecretReads } from './secret-reads.js';
import { SecretsService } from './secrets.service.js';

@Module({})
export class SecretsModule {
  static with(rules: TypeRules): DynamicModule {
    return {
      module: SecretsModule,
      imports: [NamespacesModule],
      controllers: [SecretsController, SecretKeysController],
      providers: [
        SecretQueriesResolver,
        SecretMutationsResolver,
        {
          provide: SecretsService,
          inject: [
            AuditService,
            AccessService,
            ServedNamespaces,
            SecretStore,
            IdempotencyService,
            NamespacesService,
            SecretHistory,
            PastSecrets,
            RawUpstream,
            StandingRights,
          ],
          useFactory: (
            audit: AuditService,
            access: AccessService,
            served: ServedNamespaces,
            store: SecretStore,
            idempotency: IdempotencyService,
            namespaces: NamespacesService,
            history: SecretHistory,
            past: PastSecrets,
            upstream: RawUpstream,
            standing: StandingRights,
          ) => {
            const explained = new DenialBeforeFaultStore(store, access);
            const parts = { audit, access, served, store: explained, idempotency, rules, history };
            const reads = new SecretReads(parts);
            const lists = new SecretLists({ ...parts, namespaces });
            const turns = new RevealTurns(limits.kubectlRevealsWaitingMax);
            const forwards = new SecretForwards({ ...parts, upstream, standing, turns });
            return new SecretsService({ ...parts, reads, lists, past, forwards });
          },
        },
      ],
      exports: [SecretsService],
    };
  }
}
