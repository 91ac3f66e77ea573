import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { type GraphqlContext, type Part, asPart } from '../../platform/graphql/graphql-context.js';
import {
  optionsArgument,
  reasonOf,
  toWriteOptions,
  WriteOptionsInput,
} from '../../platform/graphql/write-options.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { SecretRefInput } from '../../secrets/graphql/secret.inputs.js';
import {
  deleteSecretVersion,
  removeVersionAlias,
  restoreNamespace,
  setVersionAlias,
} from '../version.operations.js';
import type { VersionResult, VersionWriteOptions } from '../version-writes.js';
import { VersionsService } from '../versions.service.js';
import { presentVersionResult } from './version.graphql-presenter.js';
import { RestoreResult, SecretVersion } from './version.objects.js';

const inputArgument = { type: () => SecretRefInput } as const;
const text = { type: () => String } as const;

/** Write on a history: its subject and its effect. */
interface Write<P> {
  readonly action: Part['action'];
  readonly input: SecretRefInput;
  readonly options: WriteOptionsInput | null;
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

  @Mutation(() => SecretVersion, { nullable: true })
  deleteSecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('version', text) reference: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return changed(context, {
      action: 'versions.delete',
      input,
      options,
      parse: () => parsedVersion(input, reference),
      run: (ctx, given, stated) => this.#versions.states.delete(ctx, given, given.version, stated),
    });
  }

  @Mutation(() => SecretVersion, { nullable: true })
  undeleteSecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('version', text) reference: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return changed(context, {
      action: 'versions.undelete',
      input,
      options,
      parse: () => parsedVersion(input, reference),
      run: (ctx, given, stated) =>
        this.#versions.states.undelete(ctx, given, given.version, stated),
    });
  }

  @Mutation(() => SecretVersion, { nullable: true })
  destroySecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('version', text) reference: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return changed(context, {
      action: 'versions.destroy',
      input,
      options,
      parse: () => parsedVersion(input, reference),
      run: (ctx, given, stated) => this.#versions.states.destroy(ctx, given, given.version, stated),
    });
  }

  @Mutation(() => SecretVersion, { nullable: true })
  setVersionAlias(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('alias', text) alias: string,
    @Args('version', text) version: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return changed(context, {
      action: 'versions.update',
      input,
      options,
      parse: () => ({
        ...parsedAlias(input, alias),
        reference: parseBody(setVersionAlias.body.schema, { version }).version,
      }),
      run: (ctx, given, stated) => this.#versions.aliases.set(ctx, given, given, stated),
    });
  }

  @Mutation(() => SecretVersion, { nullable: true })
  removeVersionAlias(
    @Context() context: GraphqlContext,
    @Args('input', inputArgument) input: SecretRefInput,
    @Args('alias', text) alias: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return changed(context, {
      action: 'versions.update',
      input,
      options,
      parse: () => parsedAlias(input, alias),
      run: (ctx, given, stated) => this.#versions.aliases.remove(ctx, given, given.alias, stated),
    });
  }

  @Mutation(() => [RestoreResult], {
    nullable: true,
    description: 'Plans with options.dryRun; else applies, with a result per Secret.',
  })
  restoreNamespace(
    @Context() context: GraphqlContext,
    @Args('namespace', text) namespace: string,
    @Args('at', { type: () => DateTime }) at: string,
    @Args('labelSelector', { type: () => String, nullable: true }) labelSelector: string | null,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    const part = { action: 'versions.restore', namespace } as const;
    const restore = async (ctx: CallContext) => {
      const params = parseParameters(restoreNamespace.params, { namespace }, '/path');
      const selected = labelSelector === null ? {} : { labelSelector };
      const body = parseBody(restoreNamespace.body.schema, { at, ...selected });
      const wanted = { atMs: Date.parse(body.at), ...selected };
      const stated = toWriteOptions(options);
      return this.#versions.namespaces.restore(ctx, params.namespace, wanted, stated);
    };
    return asPart(context, part, restore, reasonOf(options));
  }
}

async function changed<P>(context: GraphqlContext, write: Write<P>) {
  const { action, input, options, parse, run } = write;
  const { namespace, name } = input;
  const stated = {
    ...toWriteOptions(options),
    resourceVersion: input.resourceVersion ?? undefined,
  };
  const result = await asPart(
    context,
    { action, namespace, name },
    async (ctx) => run(ctx, parse(), stated),
    reasonOf(options),
  );
  return presentVersionResult(input, result);
}

function parsedVersion({ namespace, name }: SecretRef, version: string) {
  return parseParameters(deleteSecretVersion.params, { namespace, name, version }, '/path');
}

function parsedAlias({ namespace, name }: SecretRef, alias: string) {
  return parseParameters(removeVersionAlias.params, { namespace, name, alias }, '/path');
}
