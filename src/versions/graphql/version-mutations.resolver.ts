import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, type Part, asPart } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { reasonOf, toWriteOptions } from '../../platform/graphql/write-input.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { SecretRefInput, VersionRefInput } from '../../secrets/graphql/secret-ref.inputs.js';
import {
  deleteSecretVersion,
  removeVersionAlias,
  restoreNamespace,
  setVersionAlias,
} from '../version.operations.js';
import type { VersionResult, VersionWriteOptions } from '../version-writes.js';
import { VersionsService } from '../versions.service.js';
import { presentVersionResult } from './version.graphql-presenter.js';
import {
  DeleteSecretVersionInput,
  DestroySecretVersionInput,
  RemoveVersionAliasInput,
  RestoreNamespaceInput,
  SetVersionAliasInput,
  UndeleteSecretVersionInput,
} from './version.inputs.js';
import {
  DeleteSecretVersionPayload,
  DestroySecretVersionPayload,
  RemoveVersionAliasPayload,
  RestoreNamespacePayload,
  SetVersionAliasPayload,
  UndeleteSecretVersionPayload,
} from './version.payloads.js';

/** Write on a history: its subject and its effect. */
interface Write<P> {
  readonly action: Part['action'];
  readonly input: SecretRefInput;
  /** Checks arguments as REST checks its path. */
  readonly parse: () => P & SecretRef;
  readonly run: (
    ctx: CallContext,
    given: P & SecretRef,
    options: VersionWriteOptions,
  ) => Promise<VersionResult>;
}

/** Resolver of histories over GraphQL: REST's operations and schemas. */
@Resolver()
export class VersionMutationsResolver {
  readonly #versions: VersionsService;

  constructor(versions: VersionsService) {
    this.#versions = versions;
  }

  @Mutation(() => DeleteSecretVersionPayload, {
    nullable: true,
    description: 'Deletes a version, which can be undeleted.',
  })
  deleteSecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretVersionInput)) input: DeleteSecretVersionInput,
  ) {
    return changed(context, {
      action: 'versions.delete',
      input,
      parse: () => parsedVersion(input),
      run: (ctx, given, stated) => this.#versions.states.delete(ctx, given, given.version, stated),
    });
  }

  @Mutation(() => UndeleteSecretVersionPayload, {
    nullable: true,
    description: 'Brings a deleted version back.',
  })
  undeleteSecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(UndeleteSecretVersionInput)) input: UndeleteSecretVersionInput,
  ) {
    return changed(context, {
      action: 'versions.undelete',
      input,
      parse: () => parsedVersion(input),
      run: (ctx, given, stated) =>
        this.#versions.states.undelete(ctx, given, given.version, stated),
    });
  }

  @Mutation(() => DestroySecretVersionPayload, {
    nullable: true,
    description: 'Destroys the values of a version for ever.',
  })
  destroySecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DestroySecretVersionInput)) input: DestroySecretVersionInput,
  ) {
    return changed(context, {
      action: 'versions.destroy',
      input,
      parse: () => parsedVersion(input),
      run: (ctx, given, stated) => this.#versions.states.destroy(ctx, given, given.version, stated),
    });
  }

  @Mutation(() => SetVersionAliasPayload, {
    nullable: true,
    description: 'Lets an alias stand for a version.',
  })
  setVersionAlias(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(SetVersionAliasInput)) input: SetVersionAliasInput,
  ) {
    return changed(context, {
      action: 'versions.update',
      input,
      parse: () => ({
        ...parsedAlias(input),
        reference: parseBody(setVersionAlias.body.schema, { version: input.version }).version,
      }),
      run: (ctx, given, stated) => this.#versions.aliases.set(ctx, given, given, stated),
    });
  }

  @Mutation(() => RemoveVersionAliasPayload, {
    nullable: true,
    description: 'Removes an alias.',
  })
  removeVersionAlias(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RemoveVersionAliasInput)) input: RemoveVersionAliasInput,
  ) {
    return changed(context, {
      action: 'versions.update',
      input,
      parse: () => parsedAlias(input),
      run: (ctx, given, stated) => this.#versions.aliases.remove(ctx, given, given.alias, stated),
    });
  }

  @Mutation(() => RestoreNamespacePayload, {
    nullable: true,
    description: 'Restores the Secrets of a namespace to a time. With dryRun, it only plans.',
  })
  async restoreNamespace(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RestoreNamespaceInput)) input: RestoreNamespaceInput,
  ) {
    const { namespace, at, labelSelector } = input;
    const part = { action: 'versions.restore', namespace } as const;
    const restore = async (ctx: CallContext) => {
      const params = parseParameters(restoreNamespace.params, { namespace }, '/path');
      const selected = typeof labelSelector === 'string' ? { labelSelector } : {};
      const body = parseBody(restoreNamespace.body.schema, { at, ...selected });
      const wanted = { atMs: Date.parse(body.at), ...selected };
      const stated = toWriteOptions(input);
      return this.#versions.namespaces.restore(ctx, params.namespace, wanted, stated);
    };
    return { results: await asPart(context, part, restore, () => reasonOf(input)) };
  }
}

async function changed<P>(context: GraphqlContext, { action, input, parse, run }: Write<P>) {
  const { namespace, name } = input;
  const stated = { ...toWriteOptions(input), resourceVersion: input.resourceVersion ?? undefined };
  const result = await asPart(
    context,
    { action, namespace, name },
    async (ctx) => run(ctx, parse(), stated),
    () => reasonOf(input),
  );
  return { version: presentVersionResult(input, result, { isPlan: input.dryRun }) };
}

function parsedVersion({ namespace, name, version }: VersionRefInput) {
  return parseParameters(deleteSecretVersion.params, { namespace, name, version }, '/path');
}

function parsedAlias({ namespace, name, alias }: SetVersionAliasInput | RemoveVersionAliasInput) {
  return parseParameters(removeVersionAlias.params, { namespace, name, alias }, '/path');
}
