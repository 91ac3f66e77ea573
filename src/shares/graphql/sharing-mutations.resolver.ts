import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import {
  statedDeleteOptions,
  statedPutOptions,
} from '../../custom-resources/domain/write-conditions.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { specBody } from '../../platform/graphql/spec-body.js';
import { reasonOf } from '../../platform/graphql/write-input.js';
import { importSpecOf } from '../domain/import-spec.js';
import { shareSpecOf } from '../domain/share-spec.js';
import { deleteImport, putImport } from '../imports.operations.js';
import { deleteShare, putShare, revokeShare } from '../shares.operations.js';
import { SharesService } from '../shares.service.js';
import { importSpecTree, shareSpecTree } from './sharing-spec-trees.js';
import {
  importId,
  presentShare,
  presentWrittenImport,
  shareId,
} from './sharing.graphql-presenter.js';
import {
  DeleteSecretImportInput,
  DeleteSecretShareInput,
  PutSecretImportInput,
  PutSecretShareInput,
  RevokeSecretShareInput,
} from './sharing.inputs.js';
import {
  DeleteSecretImportPayload,
  DeleteSecretSharePayload,
  PutSecretImportPayload,
  PutSecretSharePayload,
  RevokeSecretSharePayload,
} from './sharing.payloads.js';

/** Writes of shares and imports over GraphQL: REST's operations and schemas. */
@Resolver()
export class SharingMutationsResolver {
  readonly #sharing: SharesService;

  constructor(sharing: SharesService) {
    this.#sharing = sharing;
  }

  @Mutation(() => PutSecretSharePayload, {
    nullable: true,
    description: 'Creates or replaces a share. The caller becomes its author.',
  })
  async putSecretShare(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutSecretShareInput)) input: PutSecretShareInput,
  ) {
    const { namespace, name } = input;
    const part = { action: 'shares.update', namespace, name } as const;
    return asPart(
      context,
      part,
      async (ctx) => {
        const ref = parseParameters(putShare.params, { namespace, name }, '/path');
        const body = parseBody(putShare.body.schema, specBody(shareSpecTree, input.spec));
        const options = statedPutOptions(input);
        const { shares } = this.#sharing;
        const { view, created } = await shares.put(ctx, ref, shareSpecOf(body), options);
        return { share: presentShare(namespace, view, { isPlan: input.dryRun }), created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteSecretSharePayload, {
    nullable: true,
    description: 'Deletes a share. Consumers get nothing of it any more.',
  })
  async deleteSecretShare(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretShareInput)) input: DeleteSecretShareInput,
  ) {
    const { namespace, name, dryRun } = input;
    const part = { action: 'shares.update', namespace, name } as const;
    return asPart(
      context,
      part,
      async (ctx) => {
        const ref = parseParameters(deleteShare.params, { namespace, name }, '/path');
        await this.#sharing.shares.delete(ctx, ref, statedDeleteOptions(input));
        return { deletedId: dryRun ? null : shareId(namespace, name) };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => RevokeSecretSharePayload, {
    nullable: true,
    description: 'Ends a share for one namespace, or for all, for ever. The share stays.',
  })
  async revokeSecretShare(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RevokeSecretShareInput)) input: RevokeSecretShareInput,
  ) {
    const { namespace, name, consumer } = input;
    const part = { action: 'shares.revoke', namespace, name } as const;
    return asPart(
      context,
      part,
      async (ctx) => {
        const ref = parseParameters(revokeShare.params, { namespace, name }, '/path');
        const given = typeof consumer === 'string' ? { namespace: consumer } : {};
        const body = parseBody(revokeShare.body.schema, given);
        const view = await this.#sharing.shares.revoke(ctx, ref, body.namespace);
        return { share: presentShare(namespace, view) };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => PutSecretImportPayload, {
    nullable: true,
    description: 'Creates or replaces an import. It gets values if a share offers them.',
  })
  async putSecretImport(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PutSecretImportInput)) input: PutSecretImportInput,
  ) {
    const { namespace, name } = input;
    const part = { action: 'imports.update', namespace, name } as const;
    return asPart(
      context,
      part,
      async (ctx) => {
        const ref = parseParameters(putImport.params, { namespace, name }, '/path');
        const body = parseBody(putImport.body.schema, specBody(importSpecTree, input.spec));
        const options = statedPutOptions(input);
        const { imports } = this.#sharing;
        const { view, created } = await imports.put(ctx, ref, importSpecOf(body), options);
        return { import: presentWrittenImport(namespace, view, { isPlan: input.dryRun }), created };
      },
      () => reasonOf(input),
    );
  }

  @Mutation(() => DeleteSecretImportPayload, {
    nullable: true,
    description: 'Deletes an import. The share stays.',
  })
  async deleteSecretImport(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretImportInput)) input: DeleteSecretImportInput,
  ) {
    const { namespace, name, dryRun } = input;
    const part = { action: 'imports.update', namespace, name } as const;
    return asPart(
      context,
      part,
      async (ctx) => {
        const ref = parseParameters(deleteImport.params, { namespace, name }, '/path');
        await this.#sharing.imports.delete(ctx, ref, statedDeleteOptions(input));
        return { deletedId: dryRun ? null : importId(namespace, name) };
      },
      () => reasonOf(input),
    );
  }
}
