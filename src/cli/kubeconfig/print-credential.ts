import { settingsOf, tokenIn, trust } from '../connection/connect.js';
import type { ConnectionSettings } from '../connection/connection-settings.js';
import { currentTokens } from '../login/login-token.js';
import { claimsOf } from '../login/saved-tokens.js';
import type { CommandCall } from '../program/command-call.js';
import type { Terminal } from '../terminal.js';
import { type ExecToken, execCredential, execVersion } from './exec-credential.js';

/** Prints the token of the connection. */
export async function printCredential(call: CommandCall): Promise<void> {
  const { terminal } = call;
  const version = execVersion(terminal.env['KUBERNETES_EXEC_INFO']);
  const { homeFolder } = terminal;
  const settings = await settingsOf(
    { env: surroundings(call), homeFolder },
    call.connectionFlags(),
  );
  const token = await tokenOf(settings, terminal);
  terminal.out(`${JSON.stringify(execCredential(version, token))}\n`);
}

/**
 * Returns the environment that may decide. A kubeconfig names the context, and the token of another
 * gateway must not replace it.
 */
function surroundings(call: CommandCall): Terminal['env'] {
  const { env } = call.terminal;
  if (call.text('context') === undefined) return env;
  return { ...env, SALLYPORT_ADDR: undefined, SALLYPORT_TOKEN_FILE: undefined };
}

async function tokenOf(
  { credential, caFile }: ConnectionSettings,
  terminal: Terminal,
): Promise<ExecToken> {
  if ('login' in credential) {
    trust(caFile);
    return currentTokens(credential.login, terminal);
  }
  const token = await tokenIn(credential.tokenFile)({ isRefused: false });
  return { token, expiresAtSeconds: claimsOf(token)?.exp };
}
