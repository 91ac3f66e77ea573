import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { described } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { consumersSchema } from '../consumers.operations.js';

const { shape: consumer } = consumersSchema.shape.items.element;

export const ConsumerUse = {
  ENV: 'env',
  VOLUME: 'volume',
  SUB_PATH: 'subPath',
  IMAGE_PULL: 'imagePull',
} as const;
export type ConsumerUse = (typeof ConsumerUse)[keyof typeof ConsumerUse];

registerEnumType(ConsumerUse, {
  name: 'ConsumerUse',
  description: 'How Pods use a Secret.',
  valuesMap: {
    ENV: { description: 'As environment variables.' },
    VOLUME: { description: 'As files of a volume, which follow the Secret.' },
    SUB_PATH: { description: 'As a file by subPath, which does not follow the Secret.' },
    IMAGE_PULL: { description: 'As a credential of an image registry.' },
  },
});

@ObjectType({
  description: 'A workload or Pod that references a Secret, and how many Pods have its version.',
})
export class SecretConsumer {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => String, described(consumer.kind))
  kind!: string;

  @Field(() => String, described(consumer.name))
  name!: string;

  @Field(() => [ConsumerUse], described(consumer.uses))
  uses!: readonly ConsumerUse[];

  @Field(() => Int, described(consumer.pods))
  pods!: number;

  @Field(() => Int, described(consumer.podsOnCurrent))
  podsOnCurrent!: number;
}
