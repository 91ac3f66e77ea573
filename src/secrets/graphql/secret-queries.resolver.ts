import { Args, Context, Info, Query, ResolveField, Resolver, Parent } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { SallyportError, badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { mapInBatches } from '../../core/map-in-batches.js';
import { parseParameters } from '../../core/parse-with.js';
import {
  type GraphqlContext,
  asPart,
  recordedUnder,
} from '../../platform/graphql/graphql-context.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { restoreSecretVersion } from '../secret-writes.operations.js';
import { getSecret, listSecrets } from '../secret.operations.js';
import { metadataBody } from '../domain/representations.js';
import type { SecretRef } from '../domain/secret.js';
import type { SelectedRead, Selection } from '../read/selected-read.js';
import { SecretsService } from '../secrets.service.js';
import {
  type Consistency,
  SecretArguments,
  SecretFilter,
  ValueArguments,
} from './secret.arguments.js';
import { Secret, SecretConnection, SecretValueObject } from './secret.objects.js';
import { readMember } from './secret-member.js';
import {
  type SecretSource,
  presentConnection,
  presentSecret,
  presentUnread,
  presentValue,
  presentValues,
} from './secret.graphql-presenter.js';
import { chargeShown, hasParts, selectionOf } from './secret-selection.js';

/** Uses the rules of the parameters in REST. */
const listArguments = listSecrets.query
  .pick({ labelSelector: true, fieldSelector: true })
  .extend({ after: listSecrets.query.shape.continue });
const versionQuery = restoreSecretVersion.params.pick({ version: true });

const namespaceArgument = { type: () => String, description: 'Their namespace.' } as const;
const namesArgument = {
  type: () => [String],
  description: `Their names, at most ${limits.secretsByNameMax}, each once.`,
} as const;
const filterArgument = {
  type: () => SecretFilter,
  nullable: true,
  description: 'Which Secrets the list has; all if null.',
} as const;

/** Reads over GraphQL: translates, decides nothing. */
@Resolver(() => Secret)
export class SecretQueriesResolver {
  readonly #secrets: SecretsService;

  constructor(secrets: SecretsService) {
    this.#secrets = secrets;
  }

  @Query(() => Secret, {
    nullable: true,
    description: 'One Secret by name: null with an error if the caller has no right to it.',
  })
  async secret(
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args() { namespace, name, version, consistency }: SecretArguments,
  ): Promise<SecretSource> {
    const ref = { namespace, name };
    return version === null || version === undefined
      ? this.#read(context, info, ref, consistency)
      : this.#readVersion(context, info, ref, version);
  }

  @Query(() => [Secret], {
    nullable: 'itemsAndList',
    description: 'Secrets by name; an element is null with an error of its own.',
  })
  async secretsByName(
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('names', namesArgument) names: string[],
  ): Promise<readonly (SecretSource | Error)[]> {
    if (names.length > limits.secretsByNameMax) {
      throw badRequest(`names may be at most ${limits.secretsByNameMax}`);
    }
    if (new Set(names).size < names.length) throw badRequest('a name is given twice');
    // An Error as an element becomes null with that error at its path.
    return mapInBatches(names, limits.secretsByNameAtOnceMax, (name) =>
      this.#read(context, info, { namespace, name }).catch((error: Error) => error),
    );
  }

  @Query(() => SecretConnection, {
    nullable: true,
    description: 'Secrets that the caller may list, by namespace and name, without values.',
  })
  async secrets(
    @Context() context: GraphqlContext,
    @Args('filter', filterArgument) filter: SecretFilter | null,
    @Args('first', firstArgument(100)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const namespaces = filter?.namespaces ?? undefined;
    const only = namespaces?.length === 1 ? namespaces[0] : undefined;
    const { lists, past } = this.#secrets;
    const isDeleted = filter?.deleted === true;
    const action = isDeleted ? 'versions.list' : 'secrets.list';
    const part = { action, namespace: only } as const;
    const page = await asPart(context, part, async (ctx) => {
      for (const namespace of namespaces ?? []) {
        parseParameters(listSecrets.params, { namespace }, '/path');
      }
      const request = listRequest(filter, first, after);
      if (isDeleted) return past.deleted(ctx, oneNamespace(only), request);
      return only === undefined
        ? lists.union(ctx, { ...request, namespaces }, metadataBody)
        : lists.inNamespace(ctx, only, request, metadataBody);
    });
    return presentConnection(page);
  }

  @ResolveField(() => String, {
    nullable: true,
    description:
      'Value of a key, or a member of the document that it is. Null with an error: NotFound if there ' +
      'is no such key or member, Invalid if the value is not text or no document, Forbidden.',
  })
  value(
    @Context() context: GraphqlContext,
    @Parent() source: SecretSource,
    @Args() given: ValueArguments,
  ): string | Promise<string> {
    const { key, pointer, encoding } = given;
    return pointer === null || pointer === undefined
      ? presentValue(source.read, key, encoding)
      : readMember(this.#secrets, context, source, given);
  }

  @ResolveField(() => [SecretValueObject], {
    nullable: true,
    description: 'All values. Right: `get` on the whole Secret.',
  })
  values(@Parent() { read }: SecretSource) {
    return presentValues(read);
  }

  /** Authorizes, fetches and audits values only if they are selected, once a Secret. */
  async #read(
    context: GraphqlContext,
    info: GraphQLResolveInfo,
    given: SecretRef,
    consistency: Consistency = 'CACHED',
  ): Promise<SecretSource> {
    const selection = selectionOf(info);
    const origin = { consistency };
    if (!hasParts(selection)) return presentUnread(given, origin);
    const { reads } = this.#secrets;
    const hasValues = selection.isWhole || selection.keys.length > 0;
    const action = hasValues ? 'secrets.reveal' : 'secrets.get';
    const read = await asPart(context, { action, ...given }, async (ctx) => {
      const ref = parseParameters(getSecret.params, given, '/path');
      const options = {
        consistency: consistency === 'STRONG' ? 'strong' : 'cached',
        admit: chargeShown(context.budget, info),
      } as const;
      const read = () => reads.selected(ctx, ref, selection, options);
      return hasValues ? context.budget.read(read) : read();
    });
    const { denial } = read.grant;
    if (denial && hasValues) await this.#recordRefusedKeys(context, selection, read, denial);
    return presentSecret(read, origin);
  }

  /** Reads all or nothing: a version has one right for all of its keys. */
  async #readVersion(
    context: GraphqlContext,
    info: GraphQLResolveInfo,
    given: SecretRef,
    reference: string,
  ): Promise<SecretSource> {
    const selection = selectionOf(info);
    const origin = { version: reference };
    if (!hasParts(selection)) return presentUnread(given, origin);
    const hasValues = selection.isWhole || selection.keys.length > 0;
    const action = hasValues ? 'secrets.reveal' : 'versions.get';
    const read = await asPart(context, { action, ...given }, async (ctx) => {
      const ref = parseParameters(getSecret.params, given, '/path');
      const { version } = parseParameters(versionQuery, { version: reference }, '/query');
      const admit = chargeShown(context.budget, info);
      const read = () => this.#secrets.past.selected(ctx, ref, version, { selection, admit });
      return hasValues ? context.budget.read(read) : read();
    });
    return presentSecret(read, origin);
  }

  /** Records a refusal as a separate event if only a part was returned. */
  async #recordRefusedKeys(
    context: GraphqlContext,
    selection: Selection,
    { secret, grant }: SelectedRead,
    denial: SallyportError,
  ): Promise<void> {
    const refused = selection.keys.filter((key) => !grant.asked.includes(key));
    if (refused.length === 0 && !selection.isWhole) return;
    const part = {
      action: 'secrets.reveal',
      namespace: secret.namespace,
      name: secret.name,
    } as const;
    await asPart(context, part, (ctx) => {
      recordedUnder(ctx, denial);
      return this.#secrets.reads.refuse(ctx, secret, refused, denial);
    }).catch((error: unknown) => {
      if (!(error instanceof SallyportError && error.code === 'Forbidden')) throw error;
    });
  }
}

function listRequest(filter: SecretFilter | null, first: number, after: string | null) {
  const given = {
    labelSelector: filter?.labelSelector ?? undefined,
    fieldSelector: filter?.fieldSelector ?? undefined,
    after: after ?? undefined,
  };
  const { after: cursor, ...selectors } = parseParameters(listArguments, given, '/query');
  return { limit: pageSize(first), cursor, ...selectors };
}

/** Histories are read in one namespace at a time. */
function oneNamespace(only: string | undefined): string {
  if (only !== undefined) return only;
  throw badRequest('deleted needs exactly one namespace in namespaces');
}
