import type { AccessService } from '../access/access.service.js';
import type { CallContext } from '../core/call-context.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import { rightsOnToken, tokenRight } from './domain/token-rights.js';
import type { TokenFacts, TokenRecord } from './domain/token-record.js';
import type { TokensStore, TokenVisibility } from './tokens.store.js';

interface Gatekeepers {
  readonly access: AccessService;
  readonly store: Pick<TokensStore, 'namespaces' | 'comesFrom'>;
}

/**
 * Returns the tokens that a list may include: the caller's own, and others' if the caller has the
 * right in every namespace of their scope. A token's own tokens are itself and its children.
 */
export async function visibleTokens(
  { access, store }: Gatekeepers,
  ctx: CallContext,
): Promise<TokenVisibility> {
  const { principal } = ctx;
  const mayAnywhere = isNarrowed(principal)
    ? false
    : (await access.decide(ctx, tokenRight('list', ''))).allowed;
  if (mayAnywhere) return { kind: 'all' };
  if (principal.token !== undefined) return { kind: 'token', id: principal.token.id };
  const namespaces: string[] = [];
  const all = await store.namespaces(limits.namespacesMax);
  for (let start = 0; start < all.length; start += limits.namespaceDecisionsAtOnceMax) {
    const batch = all.slice(start, start + limits.namespaceDecisionsAtOnceMax);
    const decisions = await Promise.all(
      batch.map((namespace) => access.decide(ctx, tokenRight('list', namespace))),
    );
    namespaces.push(...batch.filter((_namespace, index) => decisions[index]?.allowed === true));
  }
  return { kind: 'owner', owner: ownerOf(principal), namespaces };
}

/** Reports whether a caller may revoke a token: their own, or by right in all its namespaces. */
export async function mayRevoke(
  { access, store }: Gatekeepers,
  ctx: CallContext,
  record: TokenFacts,
): Promise<boolean> {
  if (await isOwn(store, ctx.principal, record)) return true;
  if (isNarrowed(ctx.principal)) return false;
  for (const right of rightsOnToken('delete', record.scope)) {
    if (!(await access.decide(ctx, right)).allowed) return false;
  }
  return true;
}

export function ownerOf({ username, uid }: Principal): TokenRecord['owner'] {
  return { username, uid };
}

/** Reports a token for some objects only, while tokens of others are for more. */
function isNarrowed({ scope }: Principal): boolean {
  const { namespaces, secrets, keys } = scope ?? {};
  return [namespaces, secrets, keys].some((member) => member !== undefined);
}

async function isOwn(
  store: Pick<TokensStore, 'comesFrom'>,
  principal: Principal,
  { id, owner }: TokenFacts,
): Promise<boolean> {
  if (principal.token !== undefined) return store.comesFrom(id, principal.token.id);
  return owner.username === principal.username && owner.uid === principal.uid;
}
