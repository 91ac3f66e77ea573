import { subjectOf, withoutNulls } from '../../platform/graphql/write-input.js';
import type { CreateTokenInput } from './token.objects.js';

/** Returns REST's POST body; GraphQL's null counts as absent. */
export function createTokenBody(input: CreateTokenInput): Record<string, unknown> {
  const { actAs, scope } = input;
  // GraphQL names the identity by its kind, REST by its members.
  const target = actAs?.user ? withoutNulls(actAs.user) : actAs && withoutNulls(actAs);
  return {
    ...subjectOf(input),
    ...(target ? { actAs: target } : {}),
    ...(scope ? { scope: withoutNulls(scope) } : {}),
  };
}
