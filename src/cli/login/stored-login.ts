import type { ContextLogin } from '../connection/connection-settings.js';
import type { Terminal } from '../terminal.js';
import type { CredentialStore } from './credential-store.js';
import { LoginFile } from './login-file.js';
import { loginPaths } from './login-folder.js';

/** Returns the storage of the tokens of a context. */
export async function credentialStore(
  { name, address, credentialHelper: helper }: ContextLogin,
  terminal: Terminal,
): Promise<CredentialStore> {
  if (helper !== undefined) {
    const { Keyring } = await import('./keyring.js');
    return new Keyring({ helper, address, context: name }, terminal.env);
  }
  return new LoginFile(loginPaths(terminal, name).tokens);
}
