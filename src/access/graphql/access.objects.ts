import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { TokenScope } from '../../platform/graphql/token-scope.object.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';

@ObjectType()
export class Viewer {
  @Field(() => String)
  username!: string;

  @Field(() => String, { nullable: true })
  uid!: string | null;

  @Field(() => [String])
  groups!: readonly string[];

  @Field(() => String)
  kind!: string;

  @Field(() => String, { nullable: true })
  credentialId!: string | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: string | null;

  @Field(() => TokenScope, { nullable: true })
  scope!: TokenScope | null;
}

@InputType({
  description: 'Field names of Kubernetes\' ResourceAttributes. group defaults to "".',
})
export class AccessRequest {
  @Field(() => String)
  verb!: string;

  @Field(() => String, { defaultValue: '' })
  group!: string;

  @Field(() => String)
  resource!: string;

  @Field(() => String, { defaultValue: '' })
  subresource!: string;

  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;
}

@ObjectType()
export class AccessAnswer {
  @Field(() => Boolean)
  allowed!: boolean;

  @Field(() => String, { nullable: true })
  reason!: string | null;
}
