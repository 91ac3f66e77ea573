import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import { Injectable } from '@nestjs/common';
import type { GraphQLSchema } from 'graphql';
import { chargeFields } from './charge-fields.js';

/** Driver that stores the schema which Nest builds from the resolvers; the transports are ours. */
@Injectable()
export class SchemaDriver extends AbstractGraphQLDriver {
  #schema: GraphQLSchema | undefined;

  /** Returns the schema; it is available once the application is initialized. */
  get schema(): GraphQLSchema {
    if (!this.#schema) throw new TypeError('the GraphQL schema is not built yet');
    return this.#schema;
  }

  override async start(options: GqlModuleOptions): Promise<void> {
    if (options.schema) chargeFields(options.schema);
    this.#schema = options.schema;
  }

  override async stop(): Promise<void> {
    this.#schema = undefined;
  }
}
