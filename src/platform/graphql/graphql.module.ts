import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { SchemaDriver } from './schema.driver.js';

/** Builds the schema from the features' resolvers; `graphql.route.ts` serves it. */
@Module({ imports: [GraphQLModule.forRoot({ driver: SchemaDriver, path: '/graphql' })] })
export class GraphqlModule {}
