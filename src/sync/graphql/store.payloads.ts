import { Field, ID, ObjectType } from '@nestjs/graphql';
import { ExternalStore } from './store.objects.js';

@ObjectType({ description: 'Result of putExternalStore.' })
export class PutExternalStorePayload {
  @Field(() => ExternalStore, { description: 'The store.' })
  store!: ExternalStore;

  @Field(() => Boolean, { description: 'Whether the store is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteExternalStore.' })
export class DeleteExternalStorePayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted store had; null in a dry run.',
  })
  deletedId!: string | null;
}
