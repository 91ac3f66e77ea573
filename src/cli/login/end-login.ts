import { failureOf } from '../exit-code.js';
import type { SavedTokens } from './saved-tokens.js';

/**
 * Revokes the refresh token of a login at its issuer. Returns a sentence for the user if it stays
 * valid.
 */
export async function revokeLogin({
  refreshToken,
  issuer,
  clientId,
}: SavedTokens): Promise<string | undefined> {
  if (refreshToken === undefined || issuer === undefined || clientId === undefined)
    return undefined;
  const { Issuer } = await import('./issuer.js');
  try {
    const found = await Issuer.discover({ issuer, clientId });
    const isRevoked = await found.revoke(refreshToken);
    return isRevoked ? undefined : kept('it has no address for that');
  } catch (error) {
    return kept(failureOf(error).message);
  }
}

function kept(reason: string): string {
  return `the refresh token is removed here, and not revoked at the issuer: ${reason}`;
}
