import { Injectable } from '@nestjs/common';
import {
  AbstractGraphQLDriver,
  GraphQLSchemaFactory,
  type GqlModuleOptions,
} from '@nestjs/graphql';
// Not exported by the index of the package.
import { ResolversExplorerService } from '@nestjs/graphql/dist/services/resolvers-explorer.service.js';
import { type GraphQLSchema, lexicographicSortSchema } from 'graphql';
import { attachResolvers, type Resolvers } from './attach-resolvers.js';
import { chargeFields } from './charge-fields.js';

/** Driver that builds the schema from the resolvers of Nest; the transports are ours. */
@Injectable()
export class SchemaDriver extends AbstractGraphQLDriver {
  readonly #factory: GraphQLSchemaFactory;
  readonly #explorer: ResolversExplorerService;
  #schema: GraphQLSchema | undefined;

  constructor(factory: GraphQLSchemaFactory, explorer: ResolversExplorerService) {
    super();
    this.#factory = factory;
    this.#explorer = explorer;
  }

  /** Returns the schema; it is available once the application is initialized. */
  get schema(): GraphQLSchema {
    if (!this.#schema) throw new TypeError('the GraphQL schema is not built yet');
    return this.#schema;
  }

  /**
   * Builds the schema once. Nest would print it, parse the text to a second schema, and copy the
   * resolvers from there. The tests check the schema instead of each start.
   */
  override async generateSchema(): Promise<GraphQLSchema> {
    const classes = this.#explorer.getAllCtors();
    const types = await this.#factory.create(classes, { skipCheck: true });
    // Typed as any by Nest.
    attachResolvers(types, this.#explorer.explore() as Resolvers);
    return lexicographicSortSchema(types);
  }

  override async start(options: GqlModuleOptions): Promise<void> {
    if (options.schema) chargeFields(options.schema);
    this.#schema = options.schema;
  }

  override async stop(): Promise<void> {
    this.#schema = undefined;
  }
}
