import { createHash } from 'node:crypto';
import { IdentityRefused, Principal } from '../../core/principal.js';
import { type Claims, claimedIdentity } from './claimed-identity.js';
import type { CompiledAuthenticator } from './compile-authenticator.js';

const ID_CHARACTERS_MAX = 128;
/** Last second of the year 9999, the limit of dates in RFC 3339. */
const EXPIRY_SECONDS_MAX = 253_402_300_799;

/**
 * Returns the identity that verified claims name. Credential ids include the issuer, so that one
 * issuer cannot borrow another's `jti`. Throws IdentityRefused.
 */
export function principalFromClaims(
  authenticator: CompiledAuthenticator,
  claims: Claims,
): Principal {
  const expiresAtMs = expiryOf(claims) * 1_000;
  const identity = claimedIdentity(authenticator, claims);
  const id = credentialIdOf(claims, identity.username);
  const credentialId = `${authenticator.spec.issuer.url}#${id}`;
  return Principal.forUser({ ...identity, kind: 'oidc', credentialId, expiresAtMs });
}

function expiryOf({ exp }: Claims): number {
  if (typeof exp !== 'number') throw new IdentityRefused('no expiry');
  if (!Number.isInteger(exp) || exp > EXPIRY_SECONDS_MAX) {
    throw new IdentityRefused('the expiry is no time');
  }
  return exp;
}

/** Returns an id that differs for all users: a credential's cached data must not be another's. */
function credentialIdOf({ jti, sub }: Claims, username: string): string {
  if (isShortText(jti)) return jti;
  if (isShortText(sub)) return `sub=${sub}`;
  const digest = createHash('sha256').update(JSON.stringify([jti, sub, username]));
  return `sha256=${digest.digest('hex')}`;
}

function isShortText(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== '' && claim.length <= ID_CHARACTERS_MAX;
}
