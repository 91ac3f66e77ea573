import { Principal, type TokenGrant } from '../../core/principal.js';

/** Identity that a token acts as, as known at the token's creation. */
export type StoredIdentity =
  | {
      readonly kind: 'user';
      readonly username: string;
      readonly uid: string;
      readonly groups: readonly string[];
      readonly extra: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly kind: 'serviceAccount';
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
    };

/** Properties that a token adds to an identity. */
export interface TokenCredential {
  readonly token: TokenGrant;
  readonly expiresAtMs: number;
}

/** Returns an identity without its credential. A ServiceAccount's extras are about one token. */
export function identityOf(principal: Principal): StoredIdentity {
  const { serviceAccount, uid, username, extra } = principal;
  if (serviceAccount) return { kind: 'serviceAccount', ...serviceAccount, uid };
  // The factory adds the group to every user.
  const groups = principal.groups.filter((group) => group !== 'system:authenticated');
  return { kind: 'user', username, uid, groups, extra };
}

/** Throws IdentityRefused for a name that only the API server may give. */
export function principalOf(
  identity: StoredIdentity,
  { token, expiresAtMs }: TokenCredential,
): Principal {
  const credential = { credentialId: `sp:${token.id}`, expiresAtMs, token };
  if (identity.kind === 'user')
    return Principal.forUser({ ...identity, kind: 'token', ...credential });
  const { namespace, name, uid } = identity;
  return Principal.forServiceAccount({ namespace, name, uid, ...credential });
}

/** Returns the user name in Kubernetes. */
export function usernameOf(identity: StoredIdentity): string {
  return identity.kind === 'user'
    ? identity.username
    : `system:serviceaccount:${identity.namespace}:${identity.name}`;
}
