import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { idDescription } from '../../platform/graphql/object-id.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { policySchema, runSchema } from '../rotation.schemas.js';
import {
  RotationRunState,
  RotationStep,
  RotationStrategy,
  RotationTargetKind,
  RotationTrigger,
} from './rotation.enums.js';

const { shape: run } = runSchema;
const { shape: error } = run.error.unwrap();
const { shape: policy } = policySchema;

@ObjectType({ description: 'Why a run has ended, or does not continue.' })
export class RotationRunError {
  @Field(() => String, described(error.reason))
  reason!: string;

  @Field(() => String, described(error.message))
  message!: string;
}

@ObjectType({ description: 'A run of a rotation.' })
export class RotationRun {
  @Field(() => ID, described(run.id))
  id!: string;

  @Field(() => RotationRunState, described(run.state))
  state!: RotationRunState;

  @Field(() => RotationStep, described(run.step))
  step!: RotationStep;

  @Field(() => RotationTrigger, described(run.trigger))
  trigger!: RotationTrigger;

  @Field(() => String, describedOrNull(run.requestedBy))
  requestedBy!: string | null;

  @Field(() => String, describedOrNull(run.reason))
  reason!: string | null;

  @Field(() => String, describedOrNull(run.waitingFor))
  waitingFor?: string | null;

  @Field(() => RotationRunError, describedOrNull(run.error))
  error?: RotationRunError | null;

  @Field(() => DateTime, described(run.startedAt))
  startedAt!: string;

  @Field(() => DateTime, described(run.stepStartedAt))
  stepStartedAt!: string;

  @Field(() => DateTime, describedOrNull(run.retireAt))
  retireAt?: string | null;

  @Field(() => DateTime, describedOrNull(run.endedAt))
  endedAt?: string | null;

  @Field(() => Int, describedOrNull(run.fromVersion))
  fromVersion!: number | null;

  @Field(() => Int, describedOrNull(run.toVersion))
  toVersion!: number | null;
}

export const RotationRunConnection = connectionOf(RotationRun, 'RotationRun');

@ObjectType({ description: 'How a Secret is rotated.' })
export class SecretRotation {
  @Field(() => ID, { description: idDescription })
  id!: string;

  @Field(() => RotationTargetKind, {
    nullable: true,
    description: 'Kind of the server; null if the policy breaks a rule.',
  })
  target!: RotationTargetKind | null;

  @Field(() => RotationStrategy, {
    nullable: true,
    description: 'How credentials follow each other; null if the policy breaks a rule.',
  })
  strategy!: RotationStrategy | null;

  @Field(() => String, { nullable: true, description: 'When runs start; null: on request only.' })
  schedule!: string | null;

  @Field(() => Boolean, { description: 'Whether the schedule is stopped.' })
  suspended!: boolean;

  @Field(() => String, describedOrNull(policy.author))
  author!: string | null;

  @Field(() => String, describedOrNull(policy.problem))
  problem!: string | null;

  @Field(() => DateTime, describedOrNull(policy.nextRunAt))
  nextRunAt!: string | null;

  @Field(() => RotationRun, describedOrNull(policy.lastRun))
  lastRun!: RotationRun | null;
}
