import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, type Part, asPart } from '../../platform/graphql/graphql-context.js';
import {
  optionsArgument,
  reasonOf,
  toWriteOptions,
  WriteOptionsInput,
} from '../../platform/graphql/write-options.js';
import {
  createSecret,
  patchSecret,
  replaceSecret,
  restoreSecretVersion,
} from '../secret-writes.operations.js';
import { getSecret } from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import { createBody, patchBody, replaceBody } from './secret-bodies.js';
import { presentWrite } from './secret.graphql-presenter.js';
import {
  CreateSecretInput,
  PatchSecretInput,
  ReplaceSecretInput,
  SecretRefInput,
} from './secret.inputs.js';
import { WriteResultObject } from './secret.objects.js';
import type { SecretRef } from '../domain/secret.js';
import type { WriteResult } from '../write/write-call.js';

/** Resolver of writes over GraphQL: REST's operations and schemas. */
@Resolver()
export class SecretMutationsResolver {
  readonly #secrets: SecretsService;

  constructor(secrets: SecretsService) {
    this.#secrets = secrets;
  }

  @Mutation(() => WriteResultObject, { nullable: true })
  async createSecret(
    @Context() context: GraphqlContext,
    @Args('input', { type: () => CreateSecretInput }) input: CreateSecretInput,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return this.#part(context, options, partOf('secrets.create', input), async (ctx) => {
      const { namespace } = parseParameters(
        createSecret.params,
        { namespace: input.namespace },
        '/path',
      );
      const body = parseBody(createSecret.body.schema, createBody(input));
      return this.#secrets.create(ctx, namespace, body, toWriteOptions(options));
    });
  }

  @Mutation(() => WriteResultObject, { nullable: true })
  async replaceSecret(
    @Context() context: GraphqlContext,
    @Args('input', { type: () => ReplaceSecretInput }) input: ReplaceSecretInput,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return this.#part(context, options, partOf('secrets.update', input), async (ctx) => {
      const body = parseBody(replaceSecret.body.schema, replaceBody(input));
      const mustExist = typeof input.resourceVersion === 'string';
      return this.#secrets.replace(ctx, refOf(input), body, {
        ...toWriteOptions(options),
        mustExist,
      });
    });
  }

  @Mutation(() => WriteResultObject, { nullable: true })
  async patchSecret(
    @Context() context: GraphqlContext,
    @Args('input', { type: () => PatchSecretInput }) input: PatchSecretInput,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return this.#part(context, options, partOf('secrets.patch', input), async (ctx) => {
      const body = parseBody(patchSecret.body.schema, patchBody(input));
      return this.#secrets.patch(ctx, refOf(input), body, {
        ...toWriteOptions(options),
        isJsonPatch: false,
      });
    });
  }

  @Mutation(() => WriteResultObject, { nullable: true })
  async deleteSecret(
    @Context() context: GraphqlContext,
    @Args('input', { type: () => SecretRefInput }) input: SecretRefInput,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    const { resourceVersion } = input;
    const stated = typeof resourceVersion === 'string' ? { resourceVersion } : {};
    return this.#part(context, options, partOf('secrets.delete', input), async (ctx) =>
      this.#secrets.delete(ctx, refOf(input), toWriteOptions(options), stated),
    );
  }

  @Mutation(() => WriteResultObject, { nullable: true })
  async restoreSecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', { type: () => SecretRefInput }) input: SecretRefInput,
    @Args('version', { type: () => String }) reference: string,
    @Args('allowRetired', { type: () => Boolean, defaultValue: false }) allowRetired: boolean,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    return this.#part(context, options, partOf('versions.restore', input), async (ctx) => {
      const place = { namespace: input.namespace, name: input.name, version: reference };
      const { version, ...ref } = parseParameters(restoreSecretVersion.params, place, '/path');
      const resourceVersion = input.resourceVersion ?? undefined;
      const stated = { allowRetired, resourceVersion };
      return this.#secrets.restore(ctx, ref, version, { ...toWriteOptions(options), ...stated });
    });
  }

  async #part(
    context: GraphqlContext,
    options: WriteOptionsInput | null,
    part: Part,
    write: (ctx: CallContext) => Promise<WriteResult>,
  ) {
    return presentWrite(await asPart(context, part, write, reasonOf(options)));
  }
}

function partOf(action: Part['action'], { namespace, name }: SecretRef): Part {
  return { action, namespace, name };
}

function refOf({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return parseParameters(getSecret.params, { namespace, name }, '/path');
}
