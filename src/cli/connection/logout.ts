import { UsageError } from '../command.js';
import type { SavedTokens } from '../login/saved-tokens.js';
import type { CommandCall } from '../program/command-call.js';
import { type Context, contextNamed, withoutContext } from './contexts.js';
import { ContextsFile } from './contexts-file.js';
import { trust } from './connect.js';
import { loginOf } from './connection-settings.js';
import { removeFiles } from './new-credential.js';

/** Removes a context. A token file that the user has named stays. */
export async function logout(call: CommandCall): Promise<void> {
  const { terminal } = call;
  let removed: Removed | undefined;
  await new ContextsFile(terminal).change(async (contexts) => {
    const name = call.text('context') ?? contexts.currentContext;
    if (name === undefined) throw new UsageError('no context is current');
    const context = contextNamed(contexts, name);
    if (context === undefined) throw new UsageError(`there is no context ${name}`);
    removed = { name, context, tokens: await taken(call, name, context) };
    await removeFiles(terminal, name);
    return withoutContext(contexts, name);
  });
  if (removed === undefined) return;
  await revoke(call, removed);
  call.confirm(`context ${removed.name} is removed`);
}

interface Removed {
  readonly name: string;
  readonly context: Context;
  readonly tokens: SavedTokens | undefined;
}

/** Removes the tokens of the login of a context, and returns them. */
async function taken(call: CommandCall, name: string, context: Context) {
  const login = loginOf(name, context);
  if (login === undefined) return undefined;
  const { takeLogin } = await import('../login/store-login.js');
  return takeLogin(login, call.terminal);
}

/** Others can change the contexts while the issuer responds. */
async function revoke({ terminal }: CommandCall, { context, tokens }: Removed): Promise<void> {
  if (tokens === undefined) return;
  trust(context.caFile);
  const { revokeLogin } = await import('../login/end-login.js');
  const warning = await revokeLogin(tokens);
  if (warning !== undefined) terminal.err(`${warning}\n`);
}
