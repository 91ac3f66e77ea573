import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stringify } from 'yaml';

import type { Cluster } from './cluster.js';

export const devUsers = ['admin', 'reader', 'auditor', 'nobody'] as const;
export const servedNamespaces = ['default', 'mongodb'] as const;

export interface DevPorts {
  readonly main: number;
  readonly health: number;
}

const tokenSeconds = 7 * 24 * 60 * 60;
const projectDir = join(import.meta.dirname, '..', '..');
const rbac = join(projectDir, 'deploy', 'rbac', 'constrained', 'by-namespace');

/** Puts the shipped roles, the served namespaces and the users into an empty cluster. */
export async function furnishCluster(cluster: Cluster): Promise<void> {
  const apply = ['apply', '--server-side'];
  await cluster.kubectl(['create', 'namespace', 'mongodb']);
  await cluster.kubectl([...apply, '-k', rbac]);
  await cluster.kubectl([...apply, '-f', join(import.meta.dirname, 'dev-users.yaml')]);
  for (const namespace of servedNamespaces) {
    const file = join(rbac, 'served-namespace.yaml');
    await cluster.kubectl(['-n', namespace, ...apply, '-f', file]);
  }
  const callers = join(rbac, 'caller-namespace.yaml');
  await cluster.kubectl(['-n', 'people', ...apply, '-f', callers]);
}

/** Writes what people and the gateway need into `dir`; resolves with the configuration's path. */
export async function writeDevFiles(
  cluster: Cluster,
  dir: string,
  ports: DevPorts,
): Promise<string> {
  const headersDir = join(dir, 'headers');
  await mkdir(headersDir, { recursive: true, mode: 0o700 });
  for (const user of devUsers) {
    const token = await cluster.createToken({
      namespace: 'people',
      serviceAccount: user,
      audiences: ['sallyport'],
      expirationSeconds: tokenSeconds,
    });
    await writePrivate(join(headersDir, user), `Authorization: Bearer ${token}\n`);
  }
  await copyFile(cluster.adminKubeconfigFile, join(dir, 'admin.kubeconfig'));
  const configFile = join(dir, 'sallyport.yaml');
  await writePrivate(configFile, stringify(await configuration(cluster, dir, ports)));
  return configFile;
}

async function configuration(cluster: Cluster, dir: string, ports: DevPorts) {
  const token = await cluster.createToken({
    namespace: 'sallyport',
    serviceAccount: 'sallyport',
    expirationSeconds: tokenSeconds,
  });
  return {
    listen: { host: '127.0.0.1', port: ports.main },
    health: { host: '127.0.0.1', port: ports.health },
    dataDir: join(dir, 'data'),
    kubernetes: {
      mode: 'kubeconfig',
      kubeconfig: await cluster.kubeconfigFor({ token, name: 'gateway' }),
    },
    namespaces: { served: [...servedNamespaces] },
  };
}

/** The mode of a file that is there already would stay; tokens must not be readable by others. */
async function writePrivate(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
}
