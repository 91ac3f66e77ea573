import { Field, ID, ObjectType } from '@nestjs/graphql';
import { SecretImportSummary } from './import.objects.js';
import { SecretShare } from './share.objects.js';

@ObjectType({ description: 'Result of putSecretShare.' })
export class PutSecretSharePayload {
  @Field(() => SecretShare, { description: 'The share.' })
  share!: SecretShare;

  @Field(() => Boolean, { description: 'Whether the share is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteSecretShare.' })
export class DeleteSecretSharePayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted share had; null in a dry run.',
  })
  deletedId!: string | null;
}

@ObjectType({ description: 'Result of revokeSecretShare.' })
export class RevokeSecretSharePayload {
  @Field(() => SecretShare, { description: 'The share.' })
  share!: SecretShare;
}

@ObjectType({ description: 'Result of putSecretImport.' })
export class PutSecretImportPayload {
  @Field(() => SecretImportSummary, { description: 'The import.' })
  import!: SecretImportSummary;

  @Field(() => Boolean, { description: 'Whether the import is new.' })
  created!: boolean;
}

@ObjectType({ description: 'Result of deleteSecretImport.' })
export class DeleteSecretImportPayload {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the deleted import had; null in a dry run.',
  })
  deletedId!: string | null;
}
