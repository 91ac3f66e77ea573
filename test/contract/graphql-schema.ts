import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { AccessResolver } from '../../src/access/graphql/access.resolver.js';
import { AuditResolver } from '../../src/audit/graphql/audit.resolver.js';
import { SecretEventsResolver } from '../../src/audit/graphql/secret-events.resolver.js';
import { SecretConsumersResolver } from '../../src/consumers/graphql/consumers.resolver.js';
import { NamespacesResolver } from '../../src/namespaces/graphql/namespaces.resolver.js';
import {
  RotationRunsResolver,
  SecretRotationResolver,
} from '../../src/rotation/graphql/rotation-fields.resolver.js';
import { RotationMutationsResolver } from '../../src/rotation/graphql/rotation-mutations.resolver.js';
import { SecretChangesResolver } from '../../src/secrets/graphql/secret-changes.resolver.js';
import { SecretMutationsResolver } from '../../src/secrets/graphql/secret-mutations.resolver.js';
import { SecretQueriesResolver } from '../../src/secrets/graphql/secret-queries.resolver.js';
import { EnvironmentMutationsResolver } from '../../src/environments/graphql/environment-mutations.resolver.js';
import { EnvironmentsResolver } from '../../src/environments/graphql/environments.resolver.js';
import { LocalSchemaMutationsResolver } from '../../src/schemas/graphql/local-schema-mutations.resolver.js';
import { SchemaMutationsResolver } from '../../src/schemas/graphql/schema-mutations.resolver.js';
import { SchemasResolver } from '../../src/schemas/graphql/schemas.resolver.js';
import { SealingResolver } from '../../src/sealing/graphql/sealing.resolver.js';
import { SharingMutationsResolver } from '../../src/shares/graphql/sharing-mutations.resolver.js';
import { SharingResolver } from '../../src/shares/graphql/sharing.resolver.js';
import { StoreMutationsResolver } from '../../src/sync/graphql/store-mutations.resolver.js';
import { StoresResolver } from '../../src/sync/graphql/stores.resolver.js';
import { SyncMutationsResolver } from '../../src/sync/graphql/sync-mutations.resolver.js';
import { SyncsResolver } from '../../src/sync/graphql/syncs.resolver.js';
import { TokensResolver } from '../../src/tokens/graphql/tokens.resolver.js';
import {
  SecretVersionsResolver,
  VersionDiffResolver,
} from '../../src/versions/graphql/version-fields.resolver.js';
import { VersionMutationsResolver } from '../../src/versions/graphql/version-mutations.resolver.js';

/** The schema that Nest builds from all resolvers. */
export async function graphqlSchema(): Promise<GraphQLSchema> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, {
    logger: false,
  });
  const schema = await app
    .get(GraphQLSchemaFactory)
    .create([
      SecretQueriesResolver,
      SecretMutationsResolver,
      SecretChangesResolver,
      NamespacesResolver,
      AuditResolver,
      SecretEventsResolver,
      AccessResolver,
      TokensResolver,
      SecretVersionsResolver,
      VersionDiffResolver,
      VersionMutationsResolver,
      SecretConsumersResolver,
      SecretRotationResolver,
      RotationRunsResolver,
      RotationMutationsResolver,
      EnvironmentsResolver,
      EnvironmentMutationsResolver,
      SchemasResolver,
      SchemaMutationsResolver,
      LocalSchemaMutationsResolver,
      SealingResolver,
      SharingResolver,
      SharingMutationsResolver,
      StoresResolver,
      StoreMutationsResolver,
      SyncsResolver,
      SyncMutationsResolver,
    ]);
  await app.close();
  return schema;
}
