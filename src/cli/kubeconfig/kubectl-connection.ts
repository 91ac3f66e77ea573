import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TokenSource } from '@sallyport/client';
import { UsageError } from '../command.js';
import {
  type Connection,
  connect,
  gatewayAt,
  tokenIn,
  trust,
  trustText,
} from '../connection/connect.js';
import type { ConnectionFacts } from '../connection/connection-settings.js';
import { readNamedFile } from '../named-file.js';
import type { Terminal } from '../terminal.js';
import { pluginToken } from './exec-plugin.js';
import { KUBECONFIG_BYTES_MAX, kubeconfigPaths } from './kubeconfig-file.js';
import { type KubectlContext, kubectlContext } from './kubectl-context.js';

/**
 * Connects to the gateway of kubectl's context, unless something names another gateway. Throws
 * UsageError and CommandFailure.
 */
export async function connectAsPlugin(
  terminal: Terminal,
  flags: ConnectionFacts['flags'],
): Promise<Connection> {
  const { env } = terminal;
  const isNamed = [flags.address, env['SALLYPORT_ADDR'], env['SALLYPORT_CONTEXT']].some(Boolean);
  const found = isNamed ? undefined : await kubectlConnection(terminal, flags);
  return found ?? connect(terminal, flags);
}

/**
 * Connects to the gateway of a context of kubectl. Returns undefined if no context is named and
 * none is the current one. Throws UsageError and CommandFailure.
 */
async function kubectlConnection(
  terminal: Terminal,
  flags: ConnectionFacts['flags'],
): Promise<Connection | undefined> {
  const texts = kubeconfigPaths(terminal)
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readNamedFile(path, KUBECONFIG_BYTES_MAX) }));
  const context = kubectlContext(texts, flags.context);
  if (context === undefined) return undefined;
  const { env } = terminal;
  trustAuthority(context, flags.caFile ?? env['SALLYPORT_CA_FILE']);
  const tokenFile = flags.tokenFile ?? env['SALLYPORT_TOKEN_FILE'];
  const token = tokenFile === undefined ? await tokenOf(context, terminal) : tokenIn(tokenFile);
  const named = flags.namespace ?? env['SALLYPORT_NAMESPACE'] ?? context.namespace;
  return {
    gateway: gatewayAt(context.address, token),
    address: context.address,
    namespace: named === undefined || named === '' ? 'default' : named,
  };
}

function trustAuthority({ cluster, clusterFolder }: KubectlContext, caFile?: string): void {
  const { 'certificate-authority': file, 'certificate-authority-data': data } = cluster;
  if (caFile !== undefined) trust(caFile);
  // As for kubectl, the data wins.
  else if (data !== undefined) trustText(Buffer.from(data, 'base64').toString('utf8'));
  else if (file !== undefined) trust(resolve(clusterFolder, file));
}

/** Returns the token of the user of a context. As for kubectl, a token file wins over a token. */
async function tokenOf(context: KubectlContext, terminal: Terminal): Promise<string | TokenSource> {
  const { user, userFolder: folder, cluster, name } = context;
  if (user.tokenFile !== undefined) return tokenIn(resolve(folder, user.tokenFile));
  if (user.token !== undefined) return user.token;
  if (user.exec) return pluginToken({ exec: user.exec, cluster, folder }, terminal);
  throw new UsageError(`the user of the context ${name} has no token: a gateway needs one`);
}
