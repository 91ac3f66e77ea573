import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/graphql/connection.js';
import { described, describedOrNull } from '../../platform/graphql/described.js';
import { DateTime } from '../../platform/graphql/scalars/date-time.scalar.js';
import { TokenScope } from '../../platform/graphql/token-scope.object.js';
import { WriteInput } from '../../platform/graphql/write-input.js';
import {
  createTokenSchema,
  createdTokenSchema,
  tokenSchema,
  tokenScopeSchema,
} from '../token.operations.js';

const { shape: token } = tokenSchema;
const { shape: created } = createdTokenSchema;
const { shape: wanted } = createTokenSchema;
const { shape: scope } = tokenScopeSchema;

@ObjectType({ description: 'A token of the gateway, without the token itself.' })
export class Token {
  @Field(() => ID, described(token.id))
  id!: string;

  @Field(() => String, described(token.description))
  description!: string;

  @Field(() => String, described(token.owner))
  owner!: string;

  @Field(() => String, described(token.actsAs))
  actsAs!: string;

  @Field(() => TokenScope, described(token.scope))
  scope!: TokenScope;

  @Field(() => DateTime, described(token.createdAt))
  createdAt!: string;

  @Field(() => DateTime, described(token.expiresAt))
  expiresAt!: string;

  @Field(() => DateTime, describedOrNull(token.lastUsedAt))
  lastUsedAt!: string | null;
}

export const TokenConnection = connectionOf(Token, 'Token');

@ObjectType({ description: 'Result of createToken.' })
export class CreateTokenPayload {
  @Field(() => Token, { description: 'The new token, without the token itself.' })
  token!: Token;

  @Field(() => String, describedOrNull(created.token))
  secret!: string | null;

  @Field(() => [String], described(created.warnings))
  warnings!: readonly string[];
}

@ObjectType({ description: 'Result of revokeToken.' })
export class RevokeTokenPayload {
  @Field(() => Token, { description: 'The token as it was.' })
  token!: Token;
}

@InputType({ description: 'A user.' })
export class UserIdentityInput {
  @Field(() => String, { description: 'Name of the user.' })
  user!: string;

  @Field(() => [String], { nullable: true, description: 'Groups of the user.' })
  groups?: string[] | null;
}

@InputType({ description: 'A ServiceAccount of the cluster.' })
export class ServiceAccountInput {
  @Field(() => String, { description: 'Namespace of the ServiceAccount.' })
  namespace!: string;

  @Field(() => String, { description: 'Name of the ServiceAccount.' })
  name!: string;
}

@InputType({ isOneOf: true, description: 'As whom a token acts.' })
export class ActAsInput {
  @Field(() => UserIdentityInput, { nullable: true, description: 'A user.' })
  user?: UserIdentityInput;

  @Field(() => ServiceAccountInput, { nullable: true, description: 'A ServiceAccount.' })
  serviceAccount?: ServiceAccountInput;
}

@InputType({ description: 'What a token is limited to; null restricts nothing.' })
export class TokenScopeInput {
  @Field(() => [String], describedOrNull(scope.namespaces))
  namespaces?: string[] | null;

  @Field(() => [String], describedOrNull(scope.secrets))
  secrets?: string[] | null;

  @Field(() => [String], describedOrNull(scope.keys))
  keys?: string[] | null;

  @Field(() => [String], describedOrNull(scope.actions))
  actions?: string[] | null;

  @Field(() => [String], describedOrNull(scope.cidrs))
  cidrs?: string[] | null;
}

@InputType({ description: 'A token to create.' })
export class CreateTokenInput extends WriteInput {
  @Field(() => String, described(wanted.description))
  description!: string;

  @Field(() => Int, described(wanted.expiresInSeconds))
  expiresInSeconds!: number;

  @Field(() => ActAsInput, describedOrNull(wanted.actAs))
  actAs?: ActAsInput | null;

  @Field(() => TokenScopeInput, describedOrNull(wanted.scope))
  scope?: TokenScopeInput | null;
}

@InputType({ description: 'A token to end.' })
export class RevokeTokenInput extends WriteInput {
  @Field(() => ID, { description: 'Id of the token.' })
  id!: string;
}
