import { Field, ID, InputType, IntersectionType } from '@nestjs/graphql';
import { describedOrNull } from '../../platform/graphql/described.js';
import { SpecInputTypes } from '../../platform/graphql/spec-input-types.js';
import { IdempotentInput, ReasonInput, WriteInput } from '../../platform/graphql/write-input.js';
import { SecretNameInput } from '../../secrets/graphql/secret-ref.inputs.js';
import { runRequestSchema } from '../rotation.schemas.js';
import { RotationStrategy } from './rotation.enums.js';
import { rotationSpecTree } from './rotation-spec-tree.js';

const { shape: runRequest } = runRequestSchema;

export const RotationSpecInput = new SpecInputTypes('Rotation', {
  SpecStrategy: RotationStrategy,
}).inputOf('spec', rotationSpecTree, 'The spec of a SecretRotation without secretName.');

/** Members of the input of a mutation of a run. */
@InputType({ isAbstract: true })
export class RunRefInput extends IntersectionType(ReasonInput, SecretNameInput) {
  @Field(() => ID, { description: 'Id of the run.' })
  id!: string;
}

@InputType({ description: 'How a Secret is to be rotated.' })
export class SetRotationInput extends IntersectionType(WriteInput, SecretNameInput) {
  @Field(() => RotationSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'A rotation to remove.' })
export class RemoveRotationInput extends IntersectionType(WriteInput, SecretNameInput) {}

@InputType({ description: 'A Secret to rotate now.' })
export class StartRotationInput extends IntersectionType(IdempotentInput, SecretNameInput) {
  @Field(() => String, describedOrNull(runRequest.retireAfter))
  retireAfter?: string | null;
}

@InputType({ description: 'A run to cancel.' })
export class CancelRotationInput extends RunRefInput {}

@InputType({ description: 'A run whose former credential is to end now.' })
export class RetireRotationInput extends RunRefInput {}
