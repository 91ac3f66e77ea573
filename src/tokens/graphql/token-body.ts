import type { CreateTokenInput } from './token.objects.js';

/** Returns REST's POST body; GraphQL's null counts as absent. */
export function createTokenBody(input: CreateTokenInput): Record<string, unknown> {
  const { actAs, scope, ...rest } = input;
  // GraphQL names the identity by its kind, REST by its members.
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
