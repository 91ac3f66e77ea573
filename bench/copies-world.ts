import { readFileSync } from 'node:fs';
import { type Cluster, startCluster } from '../test/cluster/cluster.js';
import { type AdminAccess, adminAgent } from './admin-access.js';
import { createMany } from './fill-namespace.js';
import { adminAccessFrom } from './read-kubeconfig.js';
import { requestOnce } from './request-once.js';
import { sideBySide } from './side-by-side.js';

const profile = 'deploy/rbac/constrained/cluster-wide';
/** Every namespace is served. */
const broker = 'deploy/sandbox/broker.yaml';
const group = '/apis/sallyport.dev/v1alpha1';
const owner = 'bench-owner';
const tokenSeconds = 86_400;
/** Namespaces that one share may name. */
const consumersOfShare = 16;
const atOnce = 16;
/** How long authors of objects are not trusted after the policy was created. */
export const settlingMs = 12_000;

export const sourcePath = `/api/v1/namespaces/${owner}/secrets/source`;
export const copyName = 'copy';

/** A real API server, on which many namespaces import one key of one Secret. */
export class CopiesWorld {
  readonly url: string;
  readonly ca: string;
  readonly admin: AdminAccess;
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.url = cluster.url;
    this.ca = readFileSync(cluster.caFile, 'utf8');
    this.admin = adminAccessFrom(cluster.adminKubeconfigFile);
  }

  static async start(): Promise<CopiesWorld> {
    const cluster = await startCluster();
    await cluster.kubectl(['apply', '--server-side', '-k', profile]);
    await cluster.kubectl(['apply', '--server-side', '-f', broker]);
    return new CopiesWorld(cluster);
  }

  /** Path of a kubeconfig with which the gateway acts. */
  async gatewayKubeconfig(): Promise<string> {
    const of = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const token = await this.#cluster.createToken({ ...of, expirationSeconds: tokenSeconds });
    return this.#cluster.kubeconfigFor({ token, name: 'bench-gateway' });
  }

  /** Creates the Secret, the namespaces, and the shares that name all of them. */
  async offer(namespaces: readonly string[]): Promise<void> {
    const places = [owner, ...namespaces];
    await createMany(this.admin, '/api/v1/namespaces', places.length, (index) => {
      return { kind: 'Namespace', apiVersion: 'v1', metadata: { name: places[index] } };
    });
    await this.#send('POST', `/api/v1/namespaces/${owner}/secrets`, {
      ...{ kind: 'Secret', apiVersion: 'v1', metadata: { name: 'source' } },
      stringData: { value: 'first' },
    });
    const count = Math.ceil(namespaces.length / consumersOfShare);
    await createMany(this.admin, `${group}/namespaces/${owner}/secretshares`, count, (index) => {
      const from = index * consumersOfShare;
      const to = namespaces.slice(from, from + consumersOfShare);
      const spec = {
        ...{ secretName: 'source', keys: ['value'], delivery: ['copy'] },
        to: to.map((namespace) => ({ namespace })),
      };
      return { ...objectOf('SecretShare', shareName(index)), spec };
    });
  }

  /** Creates the import of each namespace. */
  async import(namespaces: readonly string[]): Promise<void> {
    await sideBySide({ count: namespaces.length, atOnce }, async (index) => {
      const path = `${group}/namespaces/${namespaces[index] ?? ''}/secretimports`;
      const share = shareName(Math.floor(index / consumersOfShare));
      const from = { namespace: owner, share };
      const spec = { from, target: { secretName: copyName } };
      await this.#send('POST', path, { ...objectOf('SecretImport', copyName), spec });
    });
  }

  /** Writes another value into the shared Secret. */
  change(value: string): Promise<unknown> {
    const body = { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'source' } };
    return this.#send('PUT', sourcePath, { ...body, stringData: { value } });
  }

  /** Deletes all shares. */
  async endAll(count: number): Promise<void> {
    await sideBySide({ count: Math.ceil(count / consumersOfShare), atOnce }, async (index) => {
      await this.#send('DELETE', `${group}/namespaces/${owner}/secretshares/${shareName(index)}`);
    });
  }

  stop(): Promise<void> {
    return this.#cluster.stop();
  }

  async #send(method: string, path: string, body?: object): Promise<string> {
    const agent = adminAgent(this.admin, 1);
    try {
      return await requestOnce(this.admin.url, agent, method, path, body);
    } finally {
      agent.destroy();
    }
  }
}

function shareName(index: number): string {
  return `share-${index}`;
}

function objectOf(kind: string, name: string) {
  return { kind, apiVersion: 'sallyport.dev/v1alpha1', metadata: { name } };
}
