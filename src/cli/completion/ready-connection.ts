import { type Connection, gatewayAt, settingsOf, tokenIn, trust } from '../connection/connect.js';
import type { ConnectionFacts, Credential } from '../connection/connection-settings.js';
import { isFor } from '../login/tokens-for.js';
import { validityOf } from '../login/saved-tokens.js';
import { credentialStore } from '../login/stored-login.js';
import type { Terminal } from '../terminal.js';

/**
 * Connects with a token that is there: nothing is renewed, and no keyring is queried, since it may
 * ask the user. Returns undefined without such a token.
 */
export async function readyConnection(
  terminal: Terminal,
  flags: ConnectionFacts['flags'],
): Promise<Connection | undefined> {
  const { address, namespace, credential, caFile } = await settingsOf(terminal, flags);
  const token = await readyToken(credential, terminal);
  if (token === undefined) return undefined;
  trust(caFile);
  return { gateway: gatewayAt(address, token), address, namespace };
}

async function readyToken(credential: Credential, terminal: Terminal): Promise<string | undefined> {
  if ('tokenFile' in credential) return tokenIn(credential.tokenFile)({ isRefused: false });
  const { login } = credential;
  if (login.credentialHelper !== undefined) return undefined;
  const tokens = await (await credentialStore(login, terminal)).read();
  const isReady =
    tokens !== undefined && isFor(tokens, login) && validityOf(tokens, Date.now()) !== 'expired';
  return isReady ? tokens.token : undefined;
}
