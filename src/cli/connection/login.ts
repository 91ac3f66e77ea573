import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';
import { gatewayAt, trust } from './connect.js';
import { changesOf } from './context-commands.js';
import { checkedContextName } from './context-name.js';
import { ContextsFile } from './contexts-file.js';
import { type Context, type Contexts, contextNamed, withContext } from './contexts.js';
import { newCredential, removeFormer } from './new-credential.js';

/** Saves a context once the gateway has accepted the token. */
export async function login(call: CommandCall): Promise<void> {
  const file = new ContextsFile(call.terminal);
  const { name, address, former, isAgain } = targetOf(call, await file.read());
  const known = isAgain ? former : undefined;
  const change = changesOf(call);
  trust(change.caFile ?? known?.caFile);
  // The address is checked before the user logs in.
  gatewayAt(address, '');
  const credential = await newCredential(call, { name, address }, known);
  const { content: viewer } = await gatewayAt(address, credential.token).access.whoami();
  // The user may take minutes to log in: others have changed the contexts meanwhile.
  await file.change(async (contexts) => {
    const replaced = contextNamed(contexts, name);
    await removeFormer({ name, former: replaced, next: credential.login }, call.terminal);
    await credential.save();
    const next = withContext(contexts, name, { address, ...change, ...credential.context });
    return { ...next, currentContext: name };
    // Other programs store the tokens of logins, and may ask the user.
  }, credential.login === undefined);
  call.confirm(`logged in to ${address} as ${viewer.username}; context ${name} is the current one`);
  call.confirm('next: sallyport list, or sallyport set NAME KEY');
}

interface Target {
  readonly name: string;
  readonly address: string;
  /** Context of this name, if there is one. */
  readonly former: Context | undefined;
  /** Whether the user logs in again, with the settings of this context. */
  readonly isAgain: boolean;
}

function targetOf(call: CommandCall, all: Contexts): Target {
  const chosen = call.text('context') ?? all.currentContext;
  const given = call.text('address') ?? call.terminal.env['SALLYPORT_ADDR'];
  const address = given ?? contextNamed(all, chosen)?.address;
  if (address === undefined) throw new UsageError('name the gateway: --address URL');
  const other = given === undefined ? chosen : undefined;
  const name = call.text('name') ?? call.text('context') ?? other ?? hostOf(address);
  const isAgain = ['name', 'address'].every((option) => call.text(option) === undefined);
  return { name: checkedContextName(name), address, former: contextNamed(all, name), isAgain };
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    throw new UsageError(`${address} is not a URL`);
  }
}
