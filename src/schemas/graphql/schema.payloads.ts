import { Field, ID, ObjectType } from '@nestjs/graphql';
import { LocalSecretSchema, SecretSchema } from './secret-schema.objects.js';

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

@ObjectType({ description: 'Result of putLocalSecretSchema.' })
export class PutLocalSecretSchemaPayload {
  @Field(() => LocalSecretSchema, { description: 'The schema.' })
  schema!: LocalSecretSchema;

  @Field(() => Boolean, { description: 'Whether the schema is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteLocalSecretSchema.' })
export class DeleteLocalSecretSchemaPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted schema had; null in a dry run.',
  })
  deletedId!: string | null;
}
