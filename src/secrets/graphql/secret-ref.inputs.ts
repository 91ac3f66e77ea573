import { Field, InputType, IntersectionType } from '@nestjs/graphql';
import { WriteInput } from '../../platform/graphql/write-input.js';

/** Members of an input that names a Secret. */
@InputType({ isAbstract: true })
export class SecretNameInput {
  @Field(() => String, { description: 'Namespace of the Secret.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the Secret.' })
  name!: string;
}

/** Members of the input of a mutation of an existing Secret, or of its history. */
@InputType({ isAbstract: true })
export class SecretRefInput extends IntersectionType(WriteInput, SecretNameInput) {
  @Field(() => String, {
    nullable: true,
    description: 'Precondition: the present state of the Secret. Another one is a Conflict.',
  })
  resourceVersion?: string | null;
}

/** Members of the input of a mutation of one version. */
@InputType({ isAbstract: true })
export class VersionRefInput extends SecretRefInput {
  @Field(() => String, { description: 'Number or alias of the version.' })
  version!: string;
}
