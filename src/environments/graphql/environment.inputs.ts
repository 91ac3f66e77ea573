import { Field, InputType, IntersectionType } from '@nestjs/graphql';
import { SpecInputTypes } from '../../platform/graphql/spec-input-types.js';
import { SpecChangeInput, SpecPutInput } from '../../platform/graphql/spec-write-input.js';
import { environmentSpecTree } from './environment-spec-tree.js';

export const EnvironmentSpecInput = new SpecInputTypes('Environment').inputOf(
  'spec',
  environmentSpecTree,
  'The spec of a SecretEnvironment.',
);

/** Members of an input that names an environment. */
@InputType({ isAbstract: true })
class EnvironmentNameInput {
  @Field(() => String, { description: 'Namespace of the environment.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the environment.' })
  name!: string;
}

@InputType({ description: 'An environment to create or to replace.' })
export class PutSecretEnvironmentInput extends IntersectionType(
  SpecPutInput,
  EnvironmentNameInput,
) {
  @Field(() => EnvironmentSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'An environment to delete.' })
export class DeleteSecretEnvironmentInput extends IntersectionType(
  SpecChangeInput,
  EnvironmentNameInput,
) {}
