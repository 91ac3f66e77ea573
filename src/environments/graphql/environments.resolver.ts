import { Args, Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { environmentLimits } from '../../core/environment-limits.js';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { parseParameters } from '../../core/parse-with.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { valueTexts } from '../../secrets/domain/values/value-texts.js';
import { SecretValueObject } from '../../secrets/graphql/secret.objects.js';
import { getEnvironment } from '../environments.operations.js';
import { EnvironmentsService } from '../environments.service.js';
import { presentEnvironment } from './environment.graphql-presenter.js';
import { SecretEnvironment } from './environment.objects.js';

/** Reads of environments over GraphQL: translates, decides nothing. */
@Resolver(() => SecretEnvironment)
export class EnvironmentsResolver {
  readonly #environments: EnvironmentsService;
  readonly #counts = new WeakMap<GraphqlContext, number>();

  constructor(environments: EnvironmentsService) {
    this.#environments = environments;
  }

  @Query(() => SecretEnvironment, {
    nullable: true,
    description: 'The definition of an environment. Right: `get secretenvironments`.',
  })
  async environment(
    @Context() context: GraphqlContext,
    @Args('namespace', { type: () => String, description: 'Namespace.' }) namespace: string,
    @Args('name', { type: () => String, description: 'Name of the environment.' }) name: string,
  ) {
    const part = { action: 'environments.get', namespace, name } as const;
    return asPart(context, part, async (ctx) => {
      const ref = parseParameters(getEnvironment.params, { namespace, name }, '/path');
      return presentEnvironment(namespace, await this.#environments.get(ctx, ref));
    });
  }

  @ResolveField(() => [SecretValueObject], {
    nullable: true,
    description:
      'All values by name, or null with an error. Right: `get secretenvironments` for each ' +
      'environment; and for each key that is used, `get secrets` or `get secretkeys`, or ' +
      '`get secretimports`.',
  })
  async values(@Context() context: GraphqlContext, @Parent() { namespace, name }: SecretRef) {
    const ref = { namespace, name };
    this.#count(context);
    return asPart(context, { action: 'environments.reveal', ...ref }, async (ctx) => {
      const read = await this.#environments.reads.values(ctx, ref, {}, (shown) => shown);
      const data = new Map((read.content ?? []).flatMap((entry) => [...entry.data]));
      for (const [key, value] of data) context.budget.charge(key.length + value.jsonSizeBytes);
      return valueTexts(data);
    });
  }

  /** Throws BadRequest for one environment too many, before it costs anything. */
  #count(context: GraphqlContext): void {
    const count = (this.#counts.get(context) ?? 0) + 1;
    this.#counts.set(context, count);
    const { environmentsReadMax } = environmentLimits;
    if (count <= environmentsReadMax) return;
    throw badRequest(`values of at most ${environmentsReadMax} environments in a request`);
  }
}
