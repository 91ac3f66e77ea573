import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../command.js';
import { CommandFailure, exitCodes } from '../exit-code.js';
import {
  type KubeCluster,
  type KubeUser,
  type Kubeconfig,
  kubeconfigSchema,
} from './kubeconfig-schema.js';

/** Text of a kubeconfig, and its path, to which its relative paths belong. */
export interface KubeconfigText {
  readonly path: string;
  readonly text: string;
}

/** Gateway and user that a context of kubectl names. */
export interface KubectlContext {
  readonly name: string;
  /** Address of the gateway. */
  readonly address: string;
  readonly namespace: string | undefined;
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
  /** Folders of the files that define the cluster and the user. */
  readonly clusterFolder: string;
  readonly userFolder: string;
}

const FACADE = /\/kubernetes\/?$/;

interface Defined<T> {
  readonly value: T;
  readonly folder: string;
}

/**
 * Reads the named context, or the current one, of all files together: as for kubectl, the first
 * file that defines something wins. Returns undefined if no context is named. Throws UsageError and
 * CommandFailure for what cannot be used.
 */
export function kubectlContext(
  texts: readonly KubeconfigText[],
  named: string | undefined,
): KubectlContext | undefined {
  const files = texts.map(fileOf);
  const current = files.map(({ config }) => config['current-context']).find(Boolean);
  const name = named ?? current;
  if (name === undefined || name === null) return undefined;
  const context = defined(files, ({ contexts }) => contexts, name)?.value.context;
  if (context === undefined || context === null) {
    throw new UsageError(`the kubeconfig has no context ${name}`);
  }
  const cluster = defined(files, ({ clusters }) => clusters, context.cluster);
  const user = defined(files, ({ users }) => users, context.user);
  if (cluster === undefined) throw new UsageError(`the context ${name} has no cluster`);
  checkCluster(name, cluster.value.cluster);
  return {
    name,
    address: addressOf(name, cluster.value.cluster.server ?? ''),
    namespace: context.namespace,
    cluster: cluster.value.cluster,
    user: user?.value.user ?? {},
    clusterFolder: cluster.folder,
    userFolder: user?.folder ?? '',
  };
}

interface KubeconfigFile {
  readonly config: Kubeconfig;
  readonly folder: string;
}

function fileOf({ path, text }: KubeconfigText): KubeconfigFile {
  const found = kubeconfigSchema.safeParse(parsed(path, text) ?? {});
  if (found.success) return { config: found.data, folder: dirname(resolve(path)) };
  const [issue] = found.error.issues;
  throw new UsageError(`${path} cannot be used: /${issue?.path.join('/') ?? ''} is not valid`);
}

function parsed(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new UsageError(`${path} cannot be used: it is not YAML`);
  }
}

function defined<T extends { readonly name: string }>(
  files: readonly KubeconfigFile[],
  listOf: (config: Kubeconfig) => readonly T[] | null | undefined,
  name: string | undefined,
): Defined<T> | undefined {
  return files
    .flatMap(({ config, folder }) => (listOf(config) ?? []).map((value) => ({ value, folder })))
    .find(({ value }) => value.name === name);
}

/** Refuses settings that the program would otherwise leave out. */
function checkCluster(context: string, cluster: KubeCluster): void {
  const unknown = (['insecure-skip-tls-verify', 'tls-server-name', 'proxy-url'] as const).find(
    (setting) => Boolean(cluster[setting]),
  );
  if (unknown === undefined) return;
  throw new UsageError(`the cluster of the context ${context} has ${unknown}: sallyport has not`);
}

/** Returns the address of the gateway behind a server. Throws CommandFailure for an API server. */
function addressOf(context: string, server: string): string {
  if (FACADE.test(server)) return server.replace(FACADE, '');
  const message = `the context ${context} of the kubeconfig is for an API server, not a gateway`;
  const advice = 'add the gateway: sallyport kubeconfig, and use its context';
  throw new CommandFailure(message, exitCodes.usage, advice);
}
