import { join } from 'node:path';
import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';
import { gatewayAt, tokenIn } from './connect.js';
import { changesOf } from './context-commands.js';
import { configFolder, ContextsFile, writePrivateFile } from './contexts-file.js';
import { withContext } from './contexts.js';

/** Longest token, in bytes: a header cannot have more. */
const TOKEN_BYTES_MAX = 64 * 1024;

/** Saves a context once the gateway has accepted the token. */
export async function login(call: CommandCall): Promise<void> {
  const { terminal } = call;
  const file = new ContextsFile(terminal);
  const contexts = await file.read();
  const chosen = call.text('context') ?? contexts.currentContext ?? '';
  const address =
    call.text('address') ?? terminal.env['SALLYPORT_ADDR'] ?? contexts.contexts[chosen]?.address;
  if (address === undefined) throw new UsageError('name the gateway: --address URL');
  const name = call.text('name') ?? call.text('context') ?? hostOf(address);
  const change = changesOf(call);
  const entered = change.tokenFile === undefined ? await enteredToken(call) : undefined;
  const tokenFile = change.tokenFile ?? savedTokenPath(terminal, name);
  const token = entered ?? tokenIn(tokenFile);
  const gateway = gatewayAt({ address, caFile: change.caFile, token });
  const { content: viewer } = await gateway.access.whoami();
  if (entered !== undefined) await writePrivateFile(tokenFile, `${entered}\n`);
  const next = withContext(contexts, name, { address, ...change, tokenFile });
  await file.write({ ...next, currentContext: name });
  call.confirm(`logged in to ${address} as ${viewer.username}; context ${name} is the current one`);
  call.confirm('next: sallyport list, or sallyport set NAME KEY=-');
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

/** Returns the file of a token that `login` saves. */
export function savedTokenPath(terminal: Parameters<typeof configFolder>[0], name: string): string {
  return join(configFolder(terminal), 'tokens', encodeURIComponent(name));
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    throw new UsageError(`${address} is not a URL`);
  }
}
