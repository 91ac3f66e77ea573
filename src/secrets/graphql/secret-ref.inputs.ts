import { Field, InputType } from '@nestjs/graphql';
import { WriteInput } from '../../platform/graphql/write-input.js';

/** Members of the input of a mutation of an existing Secret, or of its history. */
@InputType({ isAbstract: true })
export class SecretRefInput extends WriteInput {
  @Field(() => String, { description: 'Namespace of the Secret.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the Secret.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Precondition: the present state of the Secret. Another one is a Conflict.',
  })
  resourceVersion?: string | null;
}
