import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { NamespacesModule } from '../namespaces/namespaces.module.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { SchemaChecksModule } from '../schemas/schema-checks.module.js';
import { SealingModule } from '../sealing/sealing.module.js';
import { HistoryModule } from '../versions/history.module.js';
import { SecretCacheModule } from './cache/secret-cache.module.js';
import { CachedSecretSource } from './read/cached-secret-source.js';
import { SecretChangesResolver } from './graphql/secret-changes.resolver.js';
import { SecretMutationsResolver } from './graphql/secret-mutations.resolver.js';
import { SecretQueriesResolver } from './graphql/secret-queries.resolver.js';
import { IntentRecovery } from './write/intent-recovery.service.js';
import { SealedSecretsController } from './rest/sealed-secrets.controller.js';
import { SecretKeysController } from './rest/secret-keys.controller.js';
import { SecretsController } from './rest/secrets.controller.js';
import { ValuesController } from './rest/values.controller.js';
import { WaitForChange } from './rest/wait-for-change.service.js';
import { secretProviders } from './secrets.providers.js';
import { SecretDependencies } from './secrets.dependencies.js';
import { SecretsService } from './secrets.service.js';

/** Module of Secrets, for REST, GraphQL and kubectl. */
@Module({
  imports: [
    AccessModule,
    AuditModule,
    CallsModule,
    AuthModule,
    IdempotencyModule,
    HistoryModule,
    SecretCacheModule,
    SchemaChecksModule,
    SealingModule,
    NamespacesModule,
  ],
  controllers: [SecretsController, SecretKeysController, SealedSecretsController, ValuesController],
  providers: [
    ...secretProviders,
    SecretsService,
    IntentRecovery,
    WaitForChange,
    SecretQueriesResolver,
    SecretMutationsResolver,
    SecretChangesResolver,
  ],
  exports: [CachedSecretSource, SecretsService, SecretDependencies, WaitForChange],
})
export class SecretsModule {}
