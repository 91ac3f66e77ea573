import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export const ConsumerUse = {
  ENV: 'env',
  VOLUME: 'volume',
  SUB_PATH: 'subPath',
  IMAGE_PULL: 'imagePull',
} as const;
registerEnumType(ConsumerUse, { name: 'ConsumerUse' });

@ObjectType({
  description:
    'A workload (or bare Pod) that references the Secret, and whether its Pods started after the ' +
    'current version.',
})
export class SecretConsumer {
  @Field(() => String)
  kind!: string;

  @Field(() => String)
  name!: string;

  @Field(() => [ConsumerUse])
  uses!: readonly (typeof ConsumerUse)[keyof typeof ConsumerUse][];

  @Field(() => Int)
  pods!: number;

  @Field(() => Int)
  podsOnCurrent!: number;
}
