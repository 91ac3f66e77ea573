import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, type Part, asPart } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import {
  reasonOf,
  subjectOf,
  toWriteOptions,
  type WriteInput,
} from '../../platform/graphql/write-input.js';
import {
  createSecret,
  patchSecret,
  replaceSecret,
  restoreSecretVersion,
} from '../secret-writes.operations.js';
import { applySealedSecret } from '../sealed-secrets.operations.js';
import { getSecret } from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import { manifestOf } from '../domain/sealed-secrets.js';
import { createBody } from './create-body.js';
import { presentWrite } from './secret.graphql-presenter.js';
import {
  ApplySealedSecretInput,
  CreateSecretInput,
  DeleteSecretInput,
  PatchSecretInput,
  ReplaceSecretInput,
  RestoreSecretVersionInput,
} from './secret.inputs.js';
import {
  ApplySealedSecretPayload,
  CreateSecretPayload,
  DeleteSecretPayload,
  PatchSecretPayload,
  ReplaceSecretPayload,
  RestoreSecretVersionPayload,
} from './secret.payloads.js';
import type { SecretRef } from '../domain/secret.js';
import type { WriteResult } from '../write/write-call.js';

/** Resolver of writes over GraphQL: REST's operations and schemas. */
@Resolver()
export class SecretMutationsResolver {
  readonly #secrets: SecretsService;

  constructor(secrets: SecretsService) {
    this.#secrets = secrets;
  }

  @Mutation(() => CreateSecretPayload, {
    nullable: true,
    description: 'Creates a Secret.',
  })
  async createSecret(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(CreateSecretInput)) input: CreateSecretInput,
  ) {
    return this.#part(context, input, partOf('secrets.create', input), async (ctx) => {
      const { namespace } = parseParameters(
        createSecret.params,
        { namespace: input.namespace },
        '/path',
      );
      const body = parseBody(createSecret.body.schema, createBody(input));
      return this.#secrets.create(ctx, namespace, body, toWriteOptions(input));
    });
  }

  @Mutation(() => ReplaceSecretPayload, {
    nullable: true,
    description: 'Writes a Secret with all of its keys.',
  })
  async replaceSecret(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(ReplaceSecretInput)) input: ReplaceSecretInput,
  ) {
    return this.#part(context, input, partOf('secrets.update', input), async (ctx) => {
      const body = parseBody(replaceSecret.body.schema, subjectOf(input));
      const mustExist = typeof input.resourceVersion === 'string';
      return this.#secrets.replace(ctx, refOf(input), body, {
        ...toWriteOptions(input),
        mustExist,
      });
    });
  }

  @Mutation(() => ApplySealedSecretPayload, {
    nullable: true,
    description: 'Creates or replaces a Secret from a SealedSecret.',
  })
  async applySealedSecret(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(ApplySealedSecretInput)) input: ApplySealedSecretInput,
  ) {
    const part = { action: 'secrets.update', namespace: input.namespace } as const;
    return this.#part(context, input, part, async (ctx) => {
      const place = { namespace: input.namespace };
      const { namespace } = parseParameters(applySealedSecret.params, place, '/path');
      const manifest = manifestOf(input.manifest);
      return this.#secrets.applySealed(ctx, namespace, manifest, toWriteOptions(input));
    });
  }

  @Mutation(() => PatchSecretPayload, {
    nullable: true,
    description: 'Changes members and keys of a Secret.',
  })
  async patchSecret(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(PatchSecretInput)) input: PatchSecretInput,
  ) {
    return this.#part(context, input, partOf('secrets.patch', input), async (ctx) => {
      const body = parseBody(patchSecret.body.schema, subjectOf(input));
      return this.#secrets.patch(ctx, refOf(input), body, {
        ...toWriteOptions(input),
        isJsonPatch: false,
      });
    });
  }

  @Mutation(() => DeleteSecretPayload, {
    nullable: true,
    description: 'Deletes a Secret. Its history stays, and restoreSecretVersion brings it back.',
  })
  async deleteSecret(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(DeleteSecretInput)) input: DeleteSecretInput,
  ) {
    const { resourceVersion } = input;
    const stated = typeof resourceVersion === 'string' ? { resourceVersion } : {};
    return this.#part(context, input, partOf('secrets.delete', input), async (ctx) =>
      this.#secrets.delete(ctx, refOf(input), toWriteOptions(input), stated),
    );
  }

  @Mutation(() => RestoreSecretVersionPayload, {
    nullable: true,
    description: 'Brings back the content of a version, as a new version.',
  })
  async restoreSecretVersion(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RestoreSecretVersionInput)) input: RestoreSecretVersionInput,
  ) {
    return this.#part(context, input, partOf('versions.restore', input), async (ctx) => {
      const place = { namespace: input.namespace, name: input.name, version: input.version };
      const { version, ...ref } = parseParameters(restoreSecretVersion.params, place, '/path');
      const resourceVersion = input.resourceVersion ?? undefined;
      const stated = { allowRetired: input.allowRetired, resourceVersion };
      return this.#secrets.restore(ctx, ref, version, { ...toWriteOptions(input), ...stated });
    });
  }

  async #part(
    context: GraphqlContext,
    input: WriteInput,
    part: Part,
    write: (ctx: CallContext) => Promise<WriteResult>,
  ) {
    return presentWrite(await asPart(context, part, write, () => reasonOf(input)));
  }
}

function partOf(action: Part['action'], { namespace, name }: SecretRef): Part {
  return { action, namespace, name };
}

function refOf({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  return parseParameters(getSecret.params, { namespace, name }, '/path');
}
