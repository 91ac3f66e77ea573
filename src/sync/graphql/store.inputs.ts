import { Field, InputType, IntersectionType } from '@nestjs/graphql';
import { SpecInputTypes } from '../../platform/graphql/spec-input-types.js';
import { SpecChangeInput, SpecPutInput } from '../../platform/graphql/spec-write-input.js';
import { ParameterTier, StoreDirection } from './sync.enums.js';
import { storeSpecTree } from './sync-spec-trees.js';

export const StoreSpecInput = new SpecInputTypes(
  'Store',
  { AllowDirections: StoreDirection, AwsParameterStoreTier: ParameterTier },
  ['KubernetesAuth', 'NotifyJwt', 'WebhookAuth'],
).inputOf('spec', storeSpecTree, 'The spec of an ExternalStore.');

/** Members of an input that names a store. */
@InputType({ isAbstract: true })
class StoreNameInput {
  @Field(() => String, { description: 'Name of the store.' })
  name!: string;
}

@InputType({ description: 'A store to create or to replace.' })
export class PutExternalStoreInput extends IntersectionType(SpecPutInput, StoreNameInput) {
  @Field(() => StoreSpecInput, { description: 'The spec.' })
  spec!: object;
}

@InputType({ description: 'A store to delete.' })
export class DeleteExternalStoreInput extends IntersectionType(SpecChangeInput, StoreNameInput) {}
