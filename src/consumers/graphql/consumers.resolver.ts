import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { objectId } from '../../platform/graphql/object-id.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { SecretMetadata } from '../../secrets/graphql/secret.objects.js';
import { ConsumersService } from '../consumers.service.js';
import { SecretConsumer } from './consumer.objects.js';
import { NestedConsumers } from './nested-consumers.js';

/** `consumers` of a Secret of either type: both inherit the field from the interface. */
@Resolver(() => SecretMetadata)
export class SecretConsumersResolver {
  readonly #consumers: ConsumersService;

  constructor(service: ConsumersService) {
    this.#consumers = service;
  }

  @ResolveField(() => [SecretConsumer], {
    nullable: true,
    description: 'Workloads that reference the Secret. Right: `get` on the Secret or its metadata.',
  })
  async consumers(
    @Context() context: GraphqlContext,
    @Parent() { namespace, name }: SecretRef,
  ): Promise<readonly SecretConsumer[]> {
    const ref = { namespace, name };
    const read = NestedConsumers.of(context).next();
    const { items } = await asPart(context, { action: 'secrets.get', ...ref }, (ctx) =>
      this.#consumers.list(ctx, ref, read),
    );
    return items.map((item) => ({
      id: objectId('SecretConsumer', namespace, name, item.kind, item.name),
      ...item,
    }));
  }
}
