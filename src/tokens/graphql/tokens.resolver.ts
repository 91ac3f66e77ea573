import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { inputOf } from '../../platform/graphql/input-argument.js';
import { afterArgument, firstArgument } from '../../platform/graphql/page-arguments.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import { reasonOf, toWriteOptions } from '../../platform/graphql/write-input.js';
import { cursorAfterToken } from '../domain/token-cursor.js';
import { createToken, revokeToken } from '../token.operations.js';
import { TokensService } from '../tokens.service.js';
import { createTokenBody } from './token-body.js';
import {
  CreateTokenInput,
  CreateTokenPayload,
  RevokeTokenInput,
  RevokeTokenPayload,
  TokenConnection,
} from './token.objects.js';

/** Resolver of tokens over GraphQL: REST's operations and schemas. */
@Resolver()
export class TokensResolver {
  readonly #tokens: TokensService;

  constructor(tokens: TokensService) {
    this.#tokens = tokens;
  }

  @Query(() => TokenConnection, {
    nullable: true,
    description: 'Tokens of the caller, newest first; with `list accesstokens`, those of others.',
  })
  async tokens(
    @Context() context: GraphqlContext,
    @Args('first', firstArgument(50)) first: number,
    @Args('after', afterArgument) after: string | null,
  ) {
    const page = await asPart(context, { action: 'tokens.list' }, (ctx) =>
      this.#tokens.list(ctx, { limit: pageSize(first), cursor: after ?? undefined }),
    );
    return toConnection(page, (node) => ({ cursor: cursorAfterToken(node), node }));
  }

  @Mutation(() => CreateTokenPayload, {
    nullable: true,
    description: 'Creates a token. No later response contains it.',
  })
  async createToken(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(CreateTokenInput)) input: CreateTokenInput,
  ) {
    const part = { action: 'tokens.create' } as const;
    const create = asPart(
      context,
      part,
      async (ctx) => {
        const body = parseBody(createToken.body.schema, createTokenBody(input));
        return this.#tokens.create(ctx, body, toWriteOptions(input));
      },
      () => reasonOf(input),
    );
    const { view, token, warnings } = await create;
    return { token: view, secret: token?.revealText() ?? null, warnings };
  }

  @Mutation(() => RevokeTokenPayload, {
    nullable: true,
    description: 'Ends a token at once, and the tokens that it created.',
  })
  async revokeToken(
    @Context() context: GraphqlContext,
    @Args('input', inputOf(RevokeTokenInput)) input: RevokeTokenInput,
  ) {
    const part = { action: 'tokens.revoke' } as const;
    const token = await asPart(
      context,
      part,
      async (ctx) => {
        const params = parseParameters(revokeToken.params, { id: input.id }, '/path');
        return this.#tokens.revoke(ctx, params.id, toWriteOptions(input));
      },
      () => reasonOf(input),
    );
    return { token };
  }
}
