import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CallsModule } from '../calls/calls.module.js';
import { LocalSchemaMutationsResolver } from './graphql/local-schema-mutations.resolver.js';
import { SchemaMutationsResolver } from './graphql/schema-mutations.resolver.js';
import { SchemasResolver } from './graphql/schemas.resolver.js';
import { LocalSchemasController } from './rest/local-schemas.controller.js';
import { SchemasController } from './rest/schemas.controller.js';
import { SchemaChecksModule } from './schema-checks.module.js';
import { SchemasService } from './schemas.service.js';

/** Schemas of Secrets for their readers and authors. */
@Module({
  imports: [AccessModule, AuthModule, CallsModule, SchemaChecksModule],
  controllers: [SchemasController, LocalSchemasController],
  providers: [
    SchemasService,
    SchemasResolver,
    SchemaMutationsResolver,
    LocalSchemaMutationsResolver,
  ],
  exports: [SchemasService],
})
export class SchemasModule {}
