import { Field, ObjectType } from '@nestjs/graphql';
import { RestoreResult, SecretVersion } from './version.objects.js';

/** Members of the result of a mutation of one version. */
@ObjectType({ isAbstract: true })
abstract class VersionPayload {
  @Field(() => SecretVersion, {
    nullable: true,
    description: 'The version. Without the right to see versions, only its number and state.',
  })
  version!: SecretVersion | null;
}

@ObjectType({ description: 'Result of deleteSecretVersion.' })
export class DeleteSecretVersionPayload extends VersionPayload {}

@ObjectType({ description: 'Result of undeleteSecretVersion.' })
export class UndeleteSecretVersionPayload extends VersionPayload {}

@ObjectType({ description: 'Result of destroySecretVersion.' })
export class DestroySecretVersionPayload extends VersionPayload {}

@ObjectType({ description: 'Result of setVersionAlias.' })
export class SetVersionAliasPayload extends VersionPayload {}

@ObjectType({ description: 'Result of removeVersionAlias.' })
export class RemoveVersionAliasPayload extends VersionPayload {}

@ObjectType({ description: 'Result of restoreNamespace.' })
export class RestoreNamespacePayload {
  @Field(() => [RestoreResult], { description: 'Each Secret by name.' })
  results!: readonly RestoreResult[];
}
