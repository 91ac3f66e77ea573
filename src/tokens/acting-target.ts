import type { AccessService } from '../access/access.service.js';
import type { CallContext } from '../core/call-context.js';
import { invalidAt } from '../core/errors/sallyport-error.js';
import { IdentityRefused } from '../core/principal.js';
import type { ActingRights } from './acting-rights.js';
import { identityOf, principalOf, type StoredIdentity } from './domain/stored-identity.js';
import { impersonationRights } from './domain/token-rights.js';
import type { ActAs } from './token.operations.js';

/**
 * Returns the identity of a new token that is not its owner. Throws Forbidden before any lookup if
 * the caller may not impersonate the identity, and Invalid if it does not exist.
 */
export async function actingTarget(
  ctx: CallContext,
  actAs: ActAs,
  { access, rights }: { readonly access: AccessService; readonly rights: ActingRights },
): Promise<StoredIdentity> {
  const named = namedIdentity(actAs);
  for (const right of impersonationRights(named)) await access.require(ctx, right);
  if (named.kind === 'user') return named;
  const uid = await rights.uidOf(named);
  if (uid !== undefined) return { ...named, uid };
  throw invalidAt('/actAs/serviceAccount', 'there is no such ServiceAccount');
}

/** Returns the identity by the factory of principals, which refuses reserved names. */
function namedIdentity(actAs: ActAs): StoredIdentity {
  const isUser = 'user' in actAs;
  const wanted: StoredIdentity = isUser
    ? { kind: 'user', username: actAs.user, uid: '', groups: actAs.groups ?? [], extra: {} }
    : { kind: 'serviceAccount', ...actAs.serviceAccount, uid: 'unknown' };
  try {
    const token = { id: '', owner: '', scope: {} };
    return identityOf(principalOf(wanted, { token, expiresAtMs: 0 }));
  } catch (error) {
    if (!(error instanceof IdentityRefused)) throw error;
    throw invalidAt(isUser ? '/actAs' : '/actAs/serviceAccount', error.message);
  }
}
