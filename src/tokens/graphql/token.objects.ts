import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { PageInfo } from '../../platform/graphql/page.objects.js';
import { TokenScope } from '../../platform/graphql/token-scope.object.js';

@ObjectType()
export class Token {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  description!: string;

  @Field(() => String)
  actsAs!: string;

  @Field(() => TokenScope)
  scope!: TokenScope;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime)
  expiresAt!: string;

  @Field(() => DateTime, { nullable: true })
  lastUsedAt!: string | null;
}

@ObjectType()
export class TokenConnection {
  @Field(() => [Token])
  nodes!: readonly Token[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType()
export class CreateTokenResult {
  @Field(() => Token)
  token!: Token;

  @Field(() => String, { nullable: true, description: 'Shown once; null in a replay.' })
  secret!: string | null;

  @Field(() => [String], { description: 'Such as that the expiry was cut, and why.' })
  warnings!: readonly string[];
}

@InputType()
export class UserIdentityInput {
  @Field(() => String)
  user!: string;

  @Field(() => [String], { nullable: true })
  groups?: string[] | null;
}

@InputType()
export class ServiceAccountInput {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;
}

@InputType({ isOneOf: true })
export class ActAsInput {
  @Field(() => UserIdentityInput, { nullable: true })
  user?: UserIdentityInput;

  @Field(() => ServiceAccountInput, { nullable: true })
  serviceAccount?: ServiceAccountInput;
}

@InputType()
export class TokenScopeInput {
  @Field(() => [String], { nullable: true })
  namespaces?: string[] | null;

  @Field(() => [String], { nullable: true })
  secrets?: string[] | null;

  @Field(() => [String], { nullable: true })
  keys?: string[] | null;

  @Field(() => [String], { nullable: true })
  actions?: string[] | null;

  @Field(() => [String], { nullable: true })
  cidrs?: string[] | null;
}

@InputType()
export class CreateTokenInput {
  @Field(() => String)
  description!: string;

  @Field(() => Int)
  expiresInSeconds!: number;

  @Field(() => ActAsInput, { nullable: true })
  actAs?: ActAsInput | null;

  @Field(() => TokenScopeInput, { nullable: true })
  scope?: TokenScopeInput | null;
}
