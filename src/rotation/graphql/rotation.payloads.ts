import { Field, ID, ObjectType } from '@nestjs/graphql';
import { RotationRun, SecretRotation } from './rotation.objects.js';

@ObjectType({ description: 'Result of setRotation.' })
export class SetRotationPayload {
  @Field(() => SecretRotation, { description: 'The rotation.' })
  rotation!: SecretRotation;
}

@ObjectType({ description: 'Result of removeRotation.' })
export class RemoveRotationPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the removed rotation had; null in a dry run.',
  })
  removedId!: string | null;
}

/** Members of the result of a mutation of a run. */
@ObjectType({ isAbstract: true })
abstract class RunPayload {
  @Field(() => RotationRun, { description: 'The run.' })
  run!: RotationRun;
}

@ObjectType({ description: 'Result of startRotation.' })
export class StartRotationPayload extends RunPayload {}

@ObjectType({ description: 'Result of cancelRotation.' })
export class CancelRotationPayload extends RunPayload {}

@ObjectType({ description: 'Result of retireRotation.' })
export class RetireRotationPayload extends RunPayload {}
