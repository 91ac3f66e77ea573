import { resolve } from 'node:path';
import { UsageError } from '../command.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';
import { loginOf } from './connection-settings.js';
import { checkedContextName } from './context-name.js';
import { type Context, contextNamed, withContext } from './contexts.js';
import { ContextsFile } from './contexts-file.js';

export async function getContexts({ terminal }: CommandCall): Promise<void> {
  const { currentContext, contexts } = await new ContextsFile(terminal).read();
  const rows = Object.entries(contexts).map(([name, { address, namespace = '' }]) => {
    return [name === currentContext ? '*' : '', name, address, namespace];
  });
  terminal.out(tableOf(['', 'NAME', 'ADDRESS', 'NAMESPACE'], rows, terminal));
}

export async function setContext(call: CommandCall): Promise<void> {
  const file = new ContextsFile(call.terminal);
  const name = checkedContextName(call.argument(0));
  await file.change((contexts) => {
    const former = contextNamed(contexts, name);
    const address = call.text('address') ?? former?.address;
    if (address === undefined) throw new UsageError(`a new context needs --address`);
    if (former !== undefined) checkChange(name, former, { ...changesOf(call), address });
    return withContext(contexts, name, { address, ...changesOf(call) });
  });
  call.confirm(`context ${name} is set`);
}

/** Refuses a change that would send the credential of a context to another gateway, or hide it. */
function checkChange(
  name: string,
  former: Context,
  { address, tokenFile }: Pick<Context, 'address' | 'tokenFile'>,
): void {
  const hasLogin = loginOf(name, former) !== undefined;
  if (hasLogin && tokenFile !== undefined) {
    throw new UsageError(
      `the context ${name} has a login: use sallyport login --context ${name} --token-file FILE`,
    );
  }
  const keepsToken = hasLogin || (former.tokenFile !== undefined && tokenFile === undefined);
  if (address === former.address || !keepsToken) return;
  throw new UsageError(
    `the context ${name} has a token for ${former.address}: ` +
      `run sallyport logout --context ${name}, or set a context with another name`,
  );
}

export async function useContext(call: CommandCall): Promise<void> {
  const file = new ContextsFile(call.terminal);
  const name = call.argument(0);
  await file.change(({ contexts }) => {
    if (!Object.hasOwn(contexts, name)) throw new UsageError(`there is no context ${name}`);
    return { currentContext: name, contexts };
  });
  call.confirm(`context ${name} is the current one`);
}

/** Returns what the options of a connection change in a context. */
export function changesOf(call: CommandCall) {
  const [namespace, tokenFile, caFile] = ['namespace', 'tokenFile', 'caFile'].map((option) =>
    call.text(option),
  );
  return {
    ...(namespace !== undefined && { namespace }),
    ...(tokenFile !== undefined && { tokenFile: resolve(tokenFile) }),
    ...(caFile !== undefined && { caFile: resolve(caFile) }),
  };
}
