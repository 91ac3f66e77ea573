import { Principal, type TokenGrant } from '../../core/principal.js';

/** Whom a token acts as, as it was known when the token was made. */
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

/** What a token adds to an identity. */
export interface TokenCredential {
  readonly token: TokenGrant;
  readonly expiresAtMs: number;
}

/** An identity without its credential. Extras of a ServiceAccount are about one token of it. */
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

/** The user name that Kubernetes knows it by. */
export function usernameOf(identity: StoredIdentity): string {
  return identity.kind === 'user'
    ? identity.username
    : `system:serviceaccount:${identity.namespace}:${identity.name}`;
}
