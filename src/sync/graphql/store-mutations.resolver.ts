import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import {
  statedDeleteOptions,
  statedPutOptions,
} from '../../custom-resources/domain/write-conditions.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { specBody } from '../../platform/graphql/spec-body.js';
import { reasonOf } from '../../platform/graphql/write-input.js';
import { storeSpecOf } from '../domain/store-spec.js';
import { deleteStore, putStore } from '../stores.operations.js';
import { SyncsService } from '../syncs.service.js';
import { presentStore, storeId } from './store.graphql-presenter.js';
import { DeleteExternalStoreInput, PutExternalStoreInput } from './store.inputs.js';
import { DeleteExternalStorePayload, PutExternalStorePayload } from './store.payloads.js';
import { storeSpecTree } from './sync-spec-trees.js';

/** Writes of stores over GraphQL: REST's operations and schemas. */
@Resolver()
export class StoreMutationsResolver {
  readonly #stores: SyncsService['stores'];

  constructor({ stores }: SyncsService) {
    this.#stores = stores;
  }

  @Mutation(() => PutExternalStorePayload, {
    nullable: true,
    description: 'Creates or replaces a store. Namespaces may use it as `allow` says.',
  })
  async putExternalStore(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutExternalStoreInput)) input: PutExternalStoreInput,
  ) {
    return asPart(
      context,
      { action: 'stores.update', name: input.name },
      async (ctx) => {
        const { name } = parseParameters(putStore.params, { name: input.name }, '/path');
        const body = parseBody(putStore.body.schema, specBody(storeSpecTree, input.spec));
        const options = statedPutOptions(input);
        const { view, created } = await this.#stores.put(ctx, name, storeSpecOf(body), options);
        return { store: presentStore(view, { isPlan: input.dryRun }), created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteExternalStorePayload, {
    nullable: true,
    description: 'Deletes a store. Its syncs stop, and both sides stay as they are.',
  })
  async deleteExternalStore(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteExternalStoreInput)) input: DeleteExternalStoreInput,
  ) {
    return asPart(
      context,
      { action: 'stores.update', name: input.name },
      async (ctx) => {
        const { name } = parseParameters(deleteStore.params, { name: input.name }, '/path');
        await this.#stores.delete(ctx, name, statedDeleteOptions(input));
        return { deletedId: input.dryRun ? null : storeId(name) };
      },
      () => reasonOf(input),
    );
  }
}
