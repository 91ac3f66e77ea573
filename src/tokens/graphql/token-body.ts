import type { CreateTokenInput } from './token.objects.js';

/** REST's POST body; GraphQL's null is as good as absent. */
export function createTokenBody(input: CreateTokenInput): Record<string, unknown> {
  const { actAs, scope, ...rest } = input;
  // GraphQL calls the identity by what it is, REST by its members.
  const target = actAs?.user ? given(actAs.user) : actAs && given(actAs);
  return {
    ...rest,
    ...(target ? { actAs: target } : {}),
    ...(scope ? { scope: given(scope) } : {}),
  };
}

function given(input: object): Record<string, unknown> {
  const entries = Object.entries(input).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(entries);
}
