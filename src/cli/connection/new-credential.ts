import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TokenSource } from '@sallyport/client';
import { UsageError } from '../command.js';
import { failureOf } from '../exit-code.js';
import { credentialStore } from '../login/stored-login.js';
import { loginPaths } from '../login/login-folder.js';
import { type NewTokens, claimsOf } from '../login/saved-tokens.js';
import type { CommandCall } from '../program/command-call.js';
import type { Terminal } from '../terminal.js';
import { tokenIn } from './connect.js';
import { fileNameOf } from './context-name.js';
import { configFolder } from './contexts-file.js';
import type { Context } from './contexts.js';
import { type ContextLogin, loginOf } from './connection-settings.js';
import { removeOldDrafts } from '../files/old-drafts.js';
import { writePrivateFile } from '../files/private-file.js';

/** Longest token, in bytes: a header cannot have more. */
const TOKEN_BYTES_MAX = 64 * 1024;

/** Result of a login. It is saved once the gateway has accepted the token. */
export interface NewCredential {
  readonly token: string | TokenSource;
  /** Members of the context; undefined ones are removed. */
  readonly context: Pick<Context, 'tokenFile' | 'oidc' | 'credentialHelper'>;
  /** Login that stores the token; undefined for a token in a file of its own. */
  readonly login: ContextLogin | undefined;
  save(): Promise<void>;
}

/** Context that a credential is for. */
interface Target {
  readonly name: string;
  readonly address: string;
}

/** Gets a token as the options of `login` say: from a file, an issuer or the user. */
export async function newCredential(
  call: CommandCall,
  target: Target,
  known: Context | undefined,
): Promise<NewCredential> {
  const file = call.text('tokenFile');
  const credentialHelper = call.text('credentialHelper') ?? known?.credentialHelper;
  if (file !== undefined) return fromFile(call, file);
  const { oidcLogin, oidcOf } = await import('../login/oidc-login.js');
  const oidc = oidcOf(call, known?.oidc);
  const login = loginOf(target.name, { address: target.address, oidc, credentialHelper });
  if (login === undefined) return entered(call, target.name);
  // The name of a helper is checked before the user logs in.
  await credentialStore(login, call.terminal);
  const tokens =
    oidc === undefined ? enteredTokens(await enteredToken(call)) : await oidcLogin(call, oidc);
  return {
    ...{ token: tokens.token, login },
    context: { tokenFile: undefined, oidc, credentialHelper },
    save: async () =>
      (await import('../login/store-login.js')).storeLogin(login, tokens, call.terminal),
  };
}

/** A file of the user stays where it is. */
function fromFile(call: CommandCall, path: string): NewCredential {
  if (call.text('credentialHelper') !== undefined) {
    throw new UsageError('--token-file names where the token is: no --credential-helper stores it');
  }
  return {
    ...{ token: tokenIn(path), login: undefined },
    context: { tokenFile: resolve(path), oidc: undefined, credentialHelper: undefined },
    save: () => Promise.resolve(),
  };
}

async function entered(call: CommandCall, name: string): Promise<NewCredential> {
  const token = await enteredToken(call);
  const tokenFile = savedTokenPath(call.terminal, name);
  return {
    ...{ token, login: undefined },
    context: { tokenFile, oidc: undefined, credentialHelper: undefined },
    save: () => writePrivateFile(tokenFile, `${token}\n`),
  };
}

function enteredTokens(token: string): NewTokens {
  const expiresAtSeconds = claimsOf(token)?.exp;
  return { token, ...(expiresAtSeconds !== undefined && { expiresAtSeconds }) };
}

/** Reads the token from standard input, or asks for it. */
async function enteredToken({ terminal }: CommandCall): Promise<string> {
  const text = terminal.isInputTerminal
    ? await terminal.readHidden('token: ')
    : (await terminal.readInput(TOKEN_BYTES_MAX)).toString('utf8');
  const token = text.trim();
  if (token === '') throw new UsageError('the token is empty');
  return token;
}

/** Removes what an earlier login of a context has saved, before a new one is. */
export async function removeFormer(
  change: {
    readonly name: string;
    readonly former: Context | undefined;
    readonly next: ContextLogin | undefined;
  },
  terminal: Terminal,
): Promise<void> {
  const { name, former, next } = change;
  await removeFiles(terminal, name);
  const login = former && loginOf(name, former);
  if (login?.credentialHelper === undefined) return;
  const isReplaced =
    next?.credentialHelper === login.credentialHelper && next.address === login.address;
  if (isReplaced) return;
  try {
    await (await credentialStore(login, terminal)).remove();
  } catch (error) {
    terminal.err(`the former login stays stored: ${failureOf(error).message}\n`);
  }
}

/** Removes the files that a login of a context has written, and what killed processes have left. */
export async function removeFiles(terminal: Terminal, name: string): Promise<void> {
  await rm(savedTokenPath(terminal, name), { force: true });
  await rm(loginPaths(terminal, name).tokens, { force: true });
  const folder = configFolder(terminal);
  for (const one of ['', 'tokens', 'logins']) removeOldDrafts(join(folder, one));
}

function savedTokenPath(terminal: Terminal, name: string): string {
  return join(configFolder(terminal), 'tokens', fileNameOf(name));
}
