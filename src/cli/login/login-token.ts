import type { TokenSource } from '@sallyport/client';
import type { ContextLogin } from '../connection/connection-settings.js';
import type { Terminal } from '../terminal.js';
import { credentialStore } from './stored-login.js';
import { loginNeeded } from './login-needed.js';
import { renewedToken } from './renewed-token.js';
import { type SavedTokens, isJustRenewed, validityOf } from './saved-tokens.js';
import { tokensFor } from './tokens-for.js';

/** Returns the source of the token of a login, after a first renewal if one is due. */
export function loginToken(login: ContextLogin, terminal: Terminal): Promise<TokenSource> {
  return renewedToken((refused) => currentTokens(login, terminal, refused));
}

/**
 * Returns the stored tokens of a login, renewed if they end soon or are those that were refused.
 * Throws CommandFailure if the user must log in again.
 */
export async function currentTokens(
  login: ContextLogin,
  terminal: Terminal,
  refused?: string,
): Promise<SavedTokens> {
  const tokens = await tokensFor(login, await credentialStore(login, terminal));
  const isUsable = tokens.token !== refused || isJustRenewed(tokens, Date.now());
  if (isUsable && validityOf(tokens, Date.now()) === 'fresh') return tokens;
  if (tokens.refreshToken !== undefined && login.oidc !== undefined) {
    const { renewedTokens } = await import('./renewal.js');
    return renewedTokens({ ...login, oidc: login.oidc }, terminal, refused);
  }
  if (validityOf(tokens, Date.now()) === 'expired') throw loginNeeded(login, 'has expired');
  return tokens;
}
