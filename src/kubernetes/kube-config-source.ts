import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { KubeAccessMaterial } from './kube-access-material.js';
import { listOf, recordOf } from './kube-json.js';

/** Kubeconfig, or a pod's ServiceAccount folder, that can be read repeatedly. */
export interface KubeConfigSource {
  readonly server: string;
  read(): Promise<KubeAccessMaterial>;
}

/** Opens the current (or named) context of a kubeconfig file. */
export async function openKubeconfig(path: string, context?: string): Promise<KubeConfigSource> {
  const config = await emptyKubeConfig();
  config.loadFromFile(path);
  if (context !== undefined) config.setCurrentContext(context);
  const user = config.getCurrentUser();
  const cluster = config.getCurrentCluster();
  if (!cluster || !user) throw new Error(`${path}: the context names no cluster or no user`);
  if (user.impersonateUser) throw new Error(`${path}: a user that impersonates is not accepted`);
  if (user.username) throw new Error(`${path}: basic authentication is not accepted`);
  if (cluster.proxyUrl) throw new Error(`${path}: proxy-url is not supported`);
  const tokenFile = await tokenFileOf(path, user.name);
  return { server: cluster.server, read: () => readMaterial(config, tokenFile) };
}

/** Opens the ServiceAccount of the pod that the gateway runs in. */
export async function openInCluster(): Promise<KubeConfigSource> {
  const config = await emptyKubeConfig();
  config.loadFromCluster();
  const cluster = config.getCurrentCluster();
  if (!cluster || cluster.server.includes('undefined')) {
    throw new Error('not in a cluster: KUBERNETES_SERVICE_HOST and _PORT are not set');
  }
  const provider = recordOf(config.getCurrentUser()?.authProvider);
  const tokenFile = recordOf(provider['config'])['tokenFile'];
  if (typeof tokenFile !== 'string') throw new Error('the pod has no ServiceAccount token');
  return { server: cluster.server, read: () => readMaterial(config, tokenFile) };
}

// Loading client-node takes half a second, which the sandbox need not pay.
async function emptyKubeConfig(): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  return new KubeConfig();
}

/** Returns `tokenFile` of a user: client-node knows another spelling and reads it only once. */
async function tokenFileOf(path: string, userName: string): Promise<string | undefined> {
  const document: unknown = parse(await readFile(path, 'utf8'));
  for (const entry of listOf(recordOf(document)['users'])) {
    const user = recordOf(recordOf(entry)['user']);
    const file = user['tokenFile'] ?? user['token-file'];
    if (recordOf(entry)['name'] === userName && typeof file === 'string') {
      return resolve(dirname(path), file);
    }
  }
  return undefined;
}

async function readMaterial(
  config: KubeConfig,
  tokenFile: string | undefined,
): Promise<KubeAccessMaterial> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const token =
    tokenFile === undefined
      ? bearerOf(options.headers)
      : (await readFile(tokenFile, 'utf8')).trim();
  return {
    token,
    tls: {
      ca: blobOf(options.ca),
      cert: blobOf(options.cert),
      key: blobOf(options.key),
      servername: options.servername,
      rejectUnauthorized: config.getCurrentCluster()?.skipTLSVerify !== true,
    },
  };
}

function bearerOf(headers: RequestOptions['headers']): string | undefined {
  const value: unknown = recordOf(headers)['Authorization'];
  if (typeof value !== 'string') return undefined;
  if (!value.startsWith('Bearer ')) throw new Error('only bearer tokens are accepted');
  return value.slice('Bearer '.length).trim();
}

function blobOf(value: unknown): string | Buffer | undefined {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;
}
