import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { PageInfo } from '../../platform/graphql/page.objects.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';

export const RotationRunState = {
  RUNNING: 'running',
  WAITING: 'waiting',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  NEEDS_OPERATOR: 'needsOperator',
} as const;
export const RotationStep = {
  CREATE: 'create',
  SET: 'set',
  TEST: 'test',
  FINISH: 'finish',
  RETIRE: 'retire',
} as const;
registerEnumType(RotationRunState, { name: 'RotationRunState' });
registerEnumType(RotationStep, { name: 'RotationStep' });

type Value<T> = T[keyof T];

@ObjectType()
export class RotationRun {
  @Field(() => ID)
  id!: string;

  @Field(() => RotationRunState)
  state!: Value<typeof RotationRunState>;

  @Field(() => RotationStep)
  step!: Value<typeof RotationStep>;

  @Field(() => String, { nullable: true })
  waitingFor!: string | null;

  @Field(() => String, { nullable: true })
  error!: string | null;

  @Field(() => DateTime)
  startedAt!: string;

  @Field(() => DateTime, { nullable: true })
  endedAt!: string | null;

  @Field(() => Int, { nullable: true })
  fromVersion!: number | null;

  @Field(() => Int, { nullable: true })
  toVersion!: number | null;
}

@ObjectType()
export class RotationRunConnection {
  @Field(() => [RotationRun])
  nodes!: readonly RotationRun[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType()
export class SecretRotation {
  @Field(() => String)
  target!: string;

  @Field(() => String)
  strategy!: string;

  @Field(() => String, { nullable: true })
  schedule!: string | null;

  @Field(() => Boolean)
  suspended!: boolean;

  @Field(() => DateTime, { nullable: true })
  nextRunAt!: string | null;

  @Field(() => RotationRun, { nullable: true })
  lastRun!: RotationRun | null;
}
