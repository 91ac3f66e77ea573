import type { ContextLogin } from '../connection/connection-settings.js';
import { printable } from '../output/table.js';
import type { CredentialStore } from './credential-store.js';
import { loginNeeded } from './login-needed.js';
import type { SavedTokens } from './saved-tokens.js';

/**
 * Returns the stored tokens of a login. Tokens are sent only to the gateway that they were made
 * for. Throws CommandFailure if there are none for the gateway of the context.
 */
export async function tokensFor(login: ContextLogin, store: CredentialStore): Promise<SavedTokens> {
  const tokens = await store.read();
  if (tokens === undefined) throw loginNeeded(login, 'is not logged in');
  if (isFor(tokens, login)) return tokens;
  throw loginNeeded(login, `is for ${printable(tokens.address)}, not for ${login.address}`);
}

/** Reports whether tokens were made for the gateway of a context. */
export function isFor({ address }: SavedTokens, login: ContextLogin): boolean {
  return address === login.address;
}
