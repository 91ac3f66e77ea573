import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { ViewerResolver } from '../auth/graphql/viewer.resolver.js';
import { SchemaDriver } from './schema.driver.js';

/** Builds the schema from the features' resolvers; `graphql.route.ts` serves it. */
@Module({
  imports: [
    GraphQLModule.forRoot({
      driver: SchemaDriver,
      autoSchemaFile: true,
      sortSchema: true,
      path: '/graphql',
    }),
  ],
  providers: [ViewerResolver],
})
export class GraphqlModule {}
