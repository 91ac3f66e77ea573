import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import {
  statedDeleteOptions,
  statedPutOptions,
} from '../../custom-resources/domain/write-conditions.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { specBody } from '../../platform/graphql/spec-body.js';
import { reasonOf, withoutNulls } from '../../platform/graphql/write-input.js';
import { syncSpecOf } from '../domain/sync-spec.js';
import { deleteSync, putSync, resolveSync, runSync } from '../syncs.operations.js';
import { SyncsService } from '../syncs.service.js';
import { presentSync, syncId } from './sync.graphql-presenter.js';
import {
  DeleteSecretSyncInput,
  PutSecretSyncInput,
  ResolveSecretSyncInput,
  RunSecretSyncInput,
} from './sync.inputs.js';
import {
  DeleteSecretSyncPayload,
  PutSecretSyncPayload,
  ResolveSecretSyncPayload,
  RunSecretSyncPayload,
} from './sync.payloads.js';
import { syncSpecTree } from './sync-spec-trees.js';

/** Writes of syncs over GraphQL: REST's operations and schemas. */
@Resolver()
export class SyncMutationsResolver {
  readonly #syncs: SyncsService['syncs'];

  constructor({ syncs }: SyncsService) {
    this.#syncs = syncs;
  }

  @Mutation(() => PutSecretSyncPayload, {
    nullable: true,
    description: 'Creates or replaces a sync. The caller becomes its author.',
  })
  async putSecretSync(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutSecretSyncInput)) input: PutSecretSyncInput,
  ) {
    const { namespace, name } = input;
    return asPart(
      context,
      { action: 'syncs.update', namespace, name },
      async (ctx) => {
        const ref = parseParameters(putSync.params, { namespace, name }, '/path');
        const body = parseBody(putSync.body.schema, specBody(syncSpecTree, input.spec));
        const options = statedPutOptions(input);
        const { view, created } = await this.#syncs.put(ctx, ref, syncSpecOf(body), options);
        return { sync: presentSync(namespace, view, { isPlan: input.dryRun }), created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteSecretSyncPayload, {
    nullable: true,
    description: 'Deletes a sync. The Secret and the secret in the store stay as they are.',
  })
  async deleteSecretSync(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretSyncInput)) input: DeleteSecretSyncInput,
  ) {
    const { namespace, name, dryRun } = input;
    return asPart(
      context,
      { action: 'syncs.update', namespace, name },
      async (ctx) => {
        const ref = parseParameters(deleteSync.params, { namespace, name }, '/path');
        await this.#syncs.delete(ctx, ref, statedDeleteOptions(input));
        return { deletedId: dryRun ? null : syncId(namespace, name) };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => RunSecretSyncPayload, {
    nullable: true,
    description:
      'Compares both sides of a sync now and writes what has changed. With `dryRun`, returns the ' +
      'plan and writes nothing.',
  })
  async runSecretSync(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RunSecretSyncInput)) input: RunSecretSyncInput,
  ) {
    const { namespace, name, dryRun } = input;
    return asPart(
      context,
      { action: 'syncs.run', namespace, name },
      async (ctx) => {
        const ref = parseParameters(runSync.params, { namespace, name }, '/path');
        return { run: await this.#syncs.run(ctx, ref, { dryRun }) };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => ResolveSecretSyncPayload, {
    nullable: true,
    description:
      'Lets one side of a sync win where both have changed, or where the sync is held. The value ' +
      'that loses stays in the history of its side; another cluster and a webhook have none.',
  })
  async resolveSecretSync(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(ResolveSecretSyncInput)) input: ResolveSecretSyncInput,
  ) {
    const { namespace, name, prefer, keys, dryRun } = input;
    return asPart(
      context,
      { action: 'syncs.resolve', namespace, name },
      async (ctx) => {
        const ref = parseParameters(resolveSync.params, { namespace, name }, '/path');
        const body = parseBody(resolveSync.body.schema, withoutNulls({ prefer, keys }));
        return { run: await this.#syncs.resolve(ctx, ref, body, { dryRun }) };
      },
      () => reasonOf(input),
    );
  }
}
