import { Field, ObjectType } from '@nestjs/graphql';
import { described } from '../../platform/graphql/described.js';
import { writeResultSchema } from '../secret.schemas.js';
import { KeyChangesObject, SecretSummary } from './secret.objects.js';

/** Members of the result of every write of a Secret. */
@ObjectType({ isAbstract: true })
abstract class SecretWritePayload {
  @Field(() => SecretSummary, {
    nullable: true,
    description: 'The Secret after the write; null unless the caller may read its metadata.',
  })
  secret!: SecretSummary | null;

  @Field(() => Boolean, { description: 'Whether the Secret is new.' })
  created!: boolean;

  @Field(() => Boolean, { description: 'Whether the write was only checked.' })
  dryRun!: boolean;

  @Field(() => KeyChangesObject, {
    nullable: true,
    description:
      'Names of keys; null unless the caller may read these keys or, without dryRun, list versions.',
  })
  changes!: KeyChangesObject | null;

  @Field(() => [String], described(writeResultSchema.shape.generatedKeys))
  generatedKeys!: readonly string[];

  @Field(() => [String], { description: 'Sentences for the author.' })
  warnings!: readonly string[];
}

@ObjectType({ description: 'Result of createSecret.' })
export class CreateSecretPayload extends SecretWritePayload {}

@ObjectType({ description: 'Result of replaceSecret.' })
export class ReplaceSecretPayload extends SecretWritePayload {}

@ObjectType({ description: 'Result of applySealedSecret.' })
export class ApplySealedSecretPayload extends SecretWritePayload {}

@ObjectType({ description: 'Result of patchSecret.' })
export class PatchSecretPayload extends SecretWritePayload {}

@ObjectType({ description: 'Result of deleteSecret.' })
export class DeleteSecretPayload extends SecretWritePayload {}

@ObjectType({ description: 'Result of restoreSecretVersion.' })
export class RestoreSecretVersionPayload extends SecretWritePayload {}
