import { Field, InputType } from '@nestjs/graphql';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { WriteInput } from '../../platform/graphql/write-input.js';
import { SecretRefInput, VersionRefInput } from '../../secrets/graphql/secret-ref.inputs.js';

@InputType({ description: 'A version to delete.' })
export class DeleteSecretVersionInput extends VersionRefInput {}

@InputType({ description: 'A deleted version to bring back.' })
export class UndeleteSecretVersionInput extends VersionRefInput {}

@InputType({ description: 'A version whose values are to be destroyed.' })
export class DestroySecretVersionInput extends VersionRefInput {}

@InputType({ description: 'An alias, and the version that it is to stand for.' })
export class SetVersionAliasInput extends VersionRefInput {
  @Field(() => String, { description: 'The alias.' })
  alias!: string;
}

@InputType({ description: 'An alias to remove.' })
export class RemoveVersionAliasInput extends SecretRefInput {
  @Field(() => String, { description: 'The alias.' })
  alias!: string;
}

@InputType({ description: 'A namespace, and the time to which its Secrets are restored.' })
export class RestoreNamespaceInput extends WriteInput {
  @Field(() => String, { description: 'The namespace.' })
  namespace!: string;

  @Field(() => DateTime, { description: 'The time.' })
  at!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Labels that a Secret must have to be restored.',
  })
  labelSelector?: string | null;
}
