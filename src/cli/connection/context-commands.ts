import { resolve } from 'node:path';
import { UsageError } from '../command.js';
import { tableOf } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';
import { withContext } from './contexts.js';
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
  const name = call.argument(0);
  const contexts = await file.read();
  const address = call.text('address') ?? contexts.contexts[name]?.address;
  if (address === undefined) throw new UsageError(`a new context needs --address`);
  await file.write(withContext(contexts, name, { address, ...changesOf(call) }));
  call.confirm(`context ${name} is set`);
}

export async function useContext(call: CommandCall): Promise<void> {
  const file = new ContextsFile(call.terminal);
  const name = call.argument(0);
  const { contexts } = await file.read();
  if (!Object.hasOwn(contexts, name)) throw new UsageError(`there is no context ${name}`);
  await file.write({ currentContext: name, contexts });
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
