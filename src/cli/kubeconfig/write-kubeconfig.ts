import { readFileSync } from 'node:fs';
import { SallyportError } from '@sallyport/client';
import { UsageError } from '../command.js';
import { type Connection, connect } from '../connection/connect.js';
import { contextName } from '../connection/connection-settings.js';
import { ContextsFile } from '../connection/contexts-file.js';
import type { Context } from '../connection/contexts.js';
import type { CommandCall } from '../program/command-call.js';
import { type ClusterEntry, type GatewayEntry, clusterIn } from './gateway-entry.js';
import { changeKubeconfig, changedPath, kubeconfigPaths } from './kubeconfig-file.js';
import { mergedKubeconfig } from './merge-kubeconfig.js';
import { gatewayServer, namedServer } from './server-address.js';

/** The gateway puts it into the user, which this command replaces. */
const NO_TOKEN_FILE = 'token';

/** Adds the gateway to a kubeconfig, or prints one. */
export async function writeKubeconfig(call: CommandCall): Promise<void> {
  const { terminal } = call;
  const { name, context } = await contextOf(call);
  const connection = await connect(terminal, call.connectionFlags());
  if (connection.address !== context.address) {
    // kubectl would send the token of the context to another gateway.
    throw new UsageError(`the context ${name} is for ${context.address}: name another --context`);
  }
  const entry: GatewayEntry = {
    name: call.text('name') ?? `sallyport-${name}`,
    cluster: await clusterOf(connection, context, call.text('server')),
    words: [...programWords(call), 'credential', '--context', name],
    env: ownEnvironment(call),
    namespace: connection.namespace === 'default' ? undefined : connection.namespace,
  };
  const isCurrent = call.flag('use');
  if (call.flag('print')) {
    terminal.out(mergedKubeconfig('', entry, { isCurrent }));
    return;
  }
  const path = call.text('file') ?? changedPath(kubeconfigPaths(terminal));
  await changeKubeconfig(path, (text) => mergedKubeconfig(text, entry, { isCurrent }));
  call.confirm(`${path} has the context ${entry.name}`);
  call.confirm(`next: kubectl --context ${entry.name} get secrets`);
}

async function contextOf(call: CommandCall): Promise<{ name: string; context: Context }> {
  const { terminal } = call;
  const contexts = await new ContextsFile(terminal).read();
  const name = contextName({ flags: call.connectionFlags(), env: terminal.env, contexts });
  const context = contexts.contexts[name ?? ''];
  if (name !== undefined && context !== undefined) return { name, context };
  throw new UsageError('a kubeconfig is made of a context: sallyport login --address URL');
}

/** Returns the address of the gateway for kubectl, with its authority. */
async function clusterOf(
  { gateway, address }: Connection,
  { caFile }: Context,
  named: string | undefined,
): Promise<ClusterEntry> {
  const server = named === undefined ? undefined : namedServer(named);
  const given = await gateway.access.kubeconfig(NO_TOKEN_FILE).catch((error: unknown) => {
    // The gateway does not know its address; the user does.
    const isUnknown = error instanceof SallyportError && error.code === 'Invalid';
    const isOther = server !== undefined || address.startsWith('https://');
    if (isUnknown && isOther) return undefined;
    throw error;
  });
  const found = given === undefined ? { server: namedServer(address) } : clusterIn(given.content);
  const cluster = { ...found, server: server ?? gatewayServer(found.server, address) };
  if (caFile === undefined || cluster['certificate-authority-data'] !== undefined) return cluster;
  return { ...cluster, 'certificate-authority-data': readFileSync(caFile).toString('base64') };
}

function programWords(call: CommandCall): readonly string[] {
  const command = call.text('command');
  return command === undefined ? call.terminal.programWords : [command];
}

/** Returns the variables without which the program would not find its contexts. */
function ownEnvironment({ terminal: { env } }: CommandCall): Readonly<Record<string, string>> {
  const file = env['SALLYPORT_CLI_CONFIG'];
  return file === undefined ? {} : { SALLYPORT_CLI_CONFIG: file };
}
