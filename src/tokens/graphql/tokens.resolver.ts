import { Args, Context, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { parseBody, parseParameters } from '../../core/parse-with.js';
import { type GraphqlContext, asPart } from '../../platform/graphql/graphql-context.js';
import { pageInfoOf } from '../../platform/graphql/page.objects.js';
import { pageSize } from '../../platform/graphql/page-size.js';
import {
  optionsArgument,
  reasonOf,
  toWriteOptions,
  WriteOptionsInput,
} from '../../platform/graphql/write-options.js';
import { createToken, revokeToken } from '../token.operations.js';
import { TokensService } from '../tokens.service.js';
import { createTokenBody } from './token-body.js';
import { CreateTokenInput, CreateTokenResult, Token, TokenConnection } from './token.objects.js';

/** Resolver of tokens over GraphQL: REST's operations and schemas. */
@Resolver()
export class TokensResolver {
  readonly #tokens: TokensService;

  constructor(tokens: TokensService) {
    this.#tokens = tokens;
  }

  @Query(() => TokenConnection, { nullable: true })
  async tokens(
    @Context() context: GraphqlContext,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ) {
    const page = await asPart(context, { action: 'tokens.list' }, (ctx) =>
      this.#tokens.list(ctx, { limit: pageSize(first), cursor: after ?? undefined }),
    );
    return { nodes: page.items, pageInfo: pageInfoOf(page.continue, undefined) };
  }

  @Mutation(() => CreateTokenResult, { nullable: true })
  async createToken(
    @Context() context: GraphqlContext,
    @Args('input', { type: () => CreateTokenInput }) input: CreateTokenInput,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    const part = { action: 'tokens.create' } as const;
    const create = asPart(
      context,
      part,
      async (ctx) => {
        const body = parseBody(createToken.body.schema, createTokenBody(input));
        return this.#tokens.create(ctx, body, toWriteOptions(options));
      },
      reasonOf(options),
    );
    const { view, token, warnings } = await create;
    return { token: view, secret: token?.revealText() ?? null, warnings };
  }

  @Mutation(() => Token, { nullable: true })
  revokeToken(
    @Context() context: GraphqlContext,
    @Args('id', { type: () => ID }) id: string,
    @Args('options', optionsArgument) options: WriteOptionsInput | null,
  ) {
    const part = { action: 'tokens.revoke' } as const;
    return asPart(
      context,
      part,
      async (ctx) => {
        const params = parseParameters(revokeToken.params, { id }, '/path');
        return this.#tokens.revoke(ctx, params.id, toWriteOptions(options));
      },
      reasonOf(options),
    );
  }
}
