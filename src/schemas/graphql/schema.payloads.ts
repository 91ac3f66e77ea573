import { Field, ID, ObjectType } from '@nestjs/graphql';
import { SecretSchema } from './secret-schema.objects.js';

@ObjectType({ description: 'Result of putSecretSchema.' })
export class PutSecretSchemaPayload {
  @Field(() => SecretSchema, { description: 'The schema.' })
  schema!: SecretSchema;

  @Field(() => Boolean, { description: 'Whether the schema is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteSecretSchema.' })
export class DeleteSecretSchemaPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted schema had; null in a dry run.',
  })
  deletedId!: string | null;
}
