import { IdentityRefused, Principal } from '../../core/principal.js';

export interface ClaimMapping {
  readonly claim: string;
  readonly prefix: string;
}

export interface ClaimMappings {
  readonly username: ClaimMapping;
  readonly groups?: ClaimMapping | undefined;
}

/**
 * The identity that verified claims name. Credential ids carry the issuer, so that one issuer
 * cannot borrow another's `jti`. Throws IdentityRefused.
 */
export function principalFromClaims(
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
  mappings: ClaimMappings,
): Principal {
  const username = claims[mappings.username.claim];
  if (typeof username !== 'string') throw new IdentityRefused('the user name claim is no string');
  const expiresAtSeconds = claims['exp'];
  if (typeof expiresAtSeconds !== 'number') throw new IdentityRefused('no expiry');
  const tokenId = claims['jti'] ?? claims['sub'];
  return Principal.forUser({
    username: mappings.username.prefix + username,
    groups: groupsOf(claims, mappings.groups),
    kind: 'oidc',
    credentialId: `${issuer}#${typeof tokenId === 'string' ? tokenId.slice(0, 128) : ''}`,
    expiresAtMs: expiresAtSeconds * 1_000,
  });
}

function groupsOf(
  claims: Readonly<Record<string, unknown>>,
  mapping: ClaimMapping | undefined,
): string[] {
  const claimed = mapping && claims[mapping.claim];
  if (mapping === undefined || claimed === undefined) return [];
  const list: unknown[] = Array.isArray(claimed) ? claimed : [claimed];
  return list.map((group) => {
    if (typeof group !== 'string') throw new IdentityRefused('a group claim is no string');
    return mapping.prefix + group;
  });
}
