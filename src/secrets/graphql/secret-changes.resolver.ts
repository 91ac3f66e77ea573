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

const text = { type: () => String } as const;
const optional = { type: () => String, nullable: true } as const;

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
      'Starts with one ADDED per matching Secret and a BOOKMARK; with after, continues from there.',
  })
  async secretChanged(
    @Context() context: GraphqlContext,
    @Args('namespace', text) namespace: string,
    @Args('name', optional) name: string | null,
    @Args('labelSelector', optional) labelSelector: string | null,
    @Args('after', optional) after: string | null,
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
    const ends = ctx.signal ? [ctx.signal, gone.signal] : [gone.signal];
    const onEnd = (): void => {
      place.release();
      gone.abort('client');
    };
    try {
      const stream = await this.#secrets.changes.open(ctx, asked, AbortSignal.any(ends));
      return new SecretChanges(stream, asked.after, onEnd);
    } catch (error) {
      place.release();
      throw error;
    }
  }
}
