import type { ContextLogin } from '../connection/connection-settings.js';
import type { Terminal } from '../terminal.js';
import { credentialStore } from './stored-login.js';
import { loginPaths } from './login-folder.js';
import { withProcessLock } from './process-lock.js';
import type { NewTokens } from './saved-tokens.js';

/** Longer than a renewal of another process takes. */
const LOCK_WAIT_MS = 60_000;

/** Stores the tokens of a new login; a renewal of the former one cannot replace them. */
export async function storeLogin(
  login: ContextLogin,
  tokens: NewTokens,
  terminal: Terminal,
): Promise<void> {
  const { name, address } = login;
  const { lock } = loginPaths(terminal, name);
  const store = await credentialStore(login, terminal);
  await withProcessLock(lock, LOCK_WAIT_MS, () => store.write({ ...tokens, address }));
}

/** Removes the tokens of a login; returns them. */
export async function takeLogin(login: ContextLogin, terminal: Terminal) {
  const { lock } = loginPaths(terminal, login.name);
  const store = await credentialStore(login, terminal);
  return withProcessLock(lock, LOCK_WAIT_MS, async () => {
    const tokens = await store.read();
    await store.remove();
    return tokens;
  });
}
