import { Args, Context, Resolver, Subscription } from '@nestjs/graphql';
import type { CallContext } from '../../core/call-context.js';
import { parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { getSecret, listSecrets } from '../secret.operations.js';
import { SecretsService } from '../secrets.service.js';
import type { ChangeRequest } from '../watch/change-stream.js';
import { ChangeStreamQuota } from '../watch/change-stream-quota.js';
import { SecretChange } from './secret-change.objects.js';
import { SecretChanges } from './secret-changes.js';

const namespaceArgument = { type: () => String, description: 'The namespace.' } as const;
const nameArgument = {
  type: () => String,
  nullable: true,
  description: 'Name of one Secret; all Secrets of the namespace if null.',
} as const;
const labelSelectorArgument = {
  type: () => String,
  nullable: true,
  description: 'Labels that a Secret must have.',
} as const;
const afterArgument = {
  type: () => String,
  nullable: true,
  description: 'The `cursor` of an event behind which the stream begins.',
} as const;

/** Uses the rules of the parameters in REST. */
const request = listSecrets.params.extend({
  name: getSecret.params.shape.name.optional(),
  labelSelector: listSecrets.query.shape.labelSelector,
  after: listSecrets.query.shape.continue,
});

/** Resolver of changes of Secrets over GraphQL: REST's streams. */
@Resolver()
export class SecretChangesResolver {
  readonly #secrets: SecretsService;
  readonly #places: ChangeStreamQuota;

  constructor(secrets: SecretsService, places: ChangeStreamQuota) {
    this.#secrets = secrets;
    this.#places = places;
  }

  @Subscription(() => SecretChange, {
    nullable: true,
    description:
      'Changes of Secrets. Begins with an ADDED for each Secret and a BOOKMARK; with `after`, behind ' +
      'that event.',
  })
  async secretChanged(
    @Context() context: GraphqlContext,
    @Args('namespace', namespaceArgument) namespace: string,
    @Args('name', nameArgument) name: string | null,
    @Args('labelSelector', labelSelectorArgument) labelSelector: string | null,
    @Args('after', afterArgument) after: string | null,
  ): Promise<SecretChanges> {
    const given = {
      namespace,
      name: name ?? undefined,
      labelSelector: labelSelector ?? undefined,
      after: after ?? undefined,
    };
    const part = { action: 'secrets.watch', namespace, name: given.name } as const;
    return asPart(context, part, async (ctx) =>
      this.#open(ctx, parseParameters(request, given, '/query')),
    );
  }

  async #open(ctx: CallContext, asked: ChangeRequest): Promise<SecretChanges> {
    const place = this.#places.take(ctx);
    const gone = new AbortController();
    const over = AbortSignal.any(ctx.signal ? [ctx.signal, gone.signal] : [gone.signal]);
    const onEnd = (): void => gone.abort('client');
    // Also if nobody reads what was opened, because its client has left meanwhile.
    if (over.aborted) place.release();
    else over.addEventListener('abort', () => place.release(), { once: true });
    try {
      const stream = await this.#secrets.changes.open(ctx, asked, over);
      return new SecretChanges(stream, asked.after, onEnd);
    } catch (error) {
      onEnd();
      throw error;
    }
  }
}
