import { join } from 'node:path';
import type { TokenSource } from '@sallyport/client';
import { z } from 'zod';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { runBounded } from '../login/bounded-program.js';
import { renewedToken } from '../login/renewed-token.js';
import type { Terminal } from '../terminal.js';
import type { ExecToken } from './exec-credential.js';
import type { KubeCluster, KubeExec } from './kubeconfig-schema.js';

/** Time in which a plug-in responds: it may log the user in. */
const PLUGIN_LIMIT_MS = 3 * 60_000;

const credentialSchema = z.object({
  kind: z.literal('ExecCredential'),
  status: z.object({
    token: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

export interface PluginCall {
  readonly exec: KubeExec;
  readonly cluster: KubeCluster;
  /** Folder of the kubeconfig, to which a relative path of the program belongs. */
  readonly folder: string;
}

/** Returns the source of the token of a credential plug-in, after its first run. */
export function pluginToken(call: PluginCall, terminal: Terminal): Promise<TokenSource> {
  return renewedToken(() => runPlugin(call, terminal));
}

async function runPlugin(
  { exec, cluster, folder }: PluginCall,
  terminal: Terminal,
): Promise<ExecToken> {
  if (exec.interactiveMode === 'Always') {
    throw failure(exec, 'needs a terminal', 'use another user, or SALLYPORT_TOKEN_FILE');
  }
  const env = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const { code, output } = await runBounded({
    program: /[/\\]/.test(exec.command) ? programIn(folder, exec.command) : exec.command,
    args: exec.args ?? [],
    input: '',
    env: { ...terminal.env, ...env, KUBERNETES_EXEC_INFO: execInfo(exec, cluster) },
    limitMs: PLUGIN_LIMIT_MS,
    advice: 'install the plug-in that the kubeconfig names',
  });
  if (code !== 0) throw failure(exec, `ended with ${code ?? 'a signal'}`);
  return tokenIn(exec, output);
}

function programIn(folder: string, command: string): string {
  return command.startsWith('/') ? command : join(folder, command);
}

/** Returns what a plug-in reads about its caller. */
export function execInfo(
  { apiVersion, provideClusterInfo }: KubeExec,
  cluster: KubeCluster,
): string {
  const { server, 'certificate-authority-data': authority } = cluster;
  const facts = { server, 'certificate-authority-data': authority };
  const spec = { interactive: false, ...(provideClusterInfo === true && { cluster: facts }) };
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
}

function tokenIn(exec: KubeExec, output: string): ExecToken {
  const { status } = credentialSchema.safeParse(parsed(output)).data ?? {};
  if (status?.token === undefined || status.token === '') {
    throw failure(exec, 'has printed no token', 'a gateway needs a token, not a certificate');
  }
  const endMs = Date.parse(status.expirationTimestamp ?? '');
  const { token } = status;
  return Number.isNaN(endMs) ? { token } : { token, expiresAtSeconds: endMs / 1_000 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure({ command }: KubeExec, what: string, advice?: string): CommandFailure {
  return new CommandFailure(`the plug-in ${command} ${what}`, exitCodes.denied, advice);
}
