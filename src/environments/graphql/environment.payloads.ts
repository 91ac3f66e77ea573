import { Field, ID, ObjectType } from '@nestjs/graphql';
import { SecretEnvironmentSummary } from './environment.objects.js';

@ObjectType({ description: 'Result of putSecretEnvironment.' })
export class PutSecretEnvironmentPayload {
  @Field(() => SecretEnvironmentSummary, { description: 'The environment.' })
  environment!: SecretEnvironmentSummary;

  @Field(() => Boolean, { description: 'Whether the environment is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteSecretEnvironment.' })
export class DeleteSecretEnvironmentPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted environment had; null in a dry run.',
  })
  deletedId!: string | null;
}
