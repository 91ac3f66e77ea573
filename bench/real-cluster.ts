import { readFileSync } from 'node:fs';
import { type Cluster, startCluster } from '../test/cluster/cluster.js';
import { processesMentioning } from '../test/cluster/processes.js';
import type { AdminAccess } from './admin-access.js';
import { fillNamespace } from './fill-namespace.js';
import { adminAccessFrom } from './read-kubeconfig.js';

const profile = 'deploy/rbac/constrained/by-namespace';
/** ServiceAccount that is the caller of a benchmark. */
export const account = 'reader';
const tokenSeconds = 86_400;
/** Where the caller of a benchmark is at home. */
export const namespace = 'bench';

export interface Filling {
  readonly namespace: string;
  /** Begins the names; five digits follow. */
  readonly prefix: string;
  readonly from?: number;
  readonly count: number;
  readonly valueBytes: number;
}

/** A real API server with the gateway's rights applied, and one caller who may use Secrets. */
export class RealCluster {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly admin: AdminAccess;
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.url = cluster.url;
    this.ca = readFileSync(cluster.caFile, 'utf8');
    this.admin = adminAccessFrom(cluster.adminKubeconfigFile);
  }

  static async start(): Promise<RealCluster> {
    const cluster = await startCluster();
    try {
      const started = new RealCluster(cluster);
      await cluster.kubectl(['apply', '--server-side', '-k', profile]);
      await cluster.kubectl(['create', 'namespace', namespace]);
      await cluster.kubectl(['-n', namespace, 'create', 'serviceaccount', account]);
      await started.#open(namespace);
      return started;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Makes a namespace that the gateway may serve and the caller may use. */
  async addNamespace(name: string): Promise<void> {
    await this.#cluster.kubectl(['create', 'namespace', name]);
    await this.#open(name);
  }

  /** Creates Secrets of one value each. */
  async fill({ namespace: at, prefix, from = 0, count, valueBytes }: Filling): Promise<void> {
    const nameOf = (index: number): string => secretName(prefix, from + index);
    await fillNamespace(this.admin, { namespace: at, count, valueBytes, nameOf });
  }

  /** Of the caller: for the API server, or for others that are named. */
  async tokenFor(audiences?: readonly string[]): Promise<string> {
    return this.#cluster.createToken({
      ...{ namespace, serviceAccount: account, expirationSeconds: tokenSeconds },
      ...(audiences && { audiences }),
    });
  }

  /** Of somebody without any right, for the gateway. */
  async strangerToken(): Promise<string> {
    return this.#tokenOfNew('stranger');
  }

  /** Of somebody else with the rights of the caller, for the gateway. */
  async neighbourToken(): Promise<string> {
    const token = await this.#tokenOfNew('neighbour');
    const subject = `--serviceaccount=${namespace}:neighbour`;
    const binding = ['create', 'rolebinding', 'neighbour', `--role=${account}`, subject];
    await this.#cluster.kubectl(['-n', namespace, ...binding]);
    return token;
  }

  async #tokenOfNew(serviceAccount: string): Promise<string> {
    await this.#cluster.kubectl(['-n', namespace, 'create', 'serviceaccount', serviceAccount]);
    return this.#cluster.createToken({
      ...{ namespace, serviceAccount, expirationSeconds: tokenSeconds },
      audiences: ['sallyport'],
    });
  }

  /** The path of a kubeconfig with which the gateway acts. */
  async gatewayKubeconfig(): Promise<string> {
    const token = await this.#cluster.createToken({
      ...{ namespace: 'sallyport', serviceAccount: 'sallyport', expirationSeconds: tokenSeconds },
    });
    return this.#cluster.kubeconfigFor({ token, name: 'bench-gateway' });
  }

  /** Without the gateway, as administrator; rejects on anything but 2xx. */
  async request(method: string, path: string, body?: object): Promise<void> {
    const { status } = await this.#cluster.request(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}`);
  }

  /** The process of a server of its own. */
  async pidOf(server: 'kube-apiserver' | 'etcd'): Promise<number> {
    const lines = await processesMentioning(this.#cluster.dir);
    const line = lines.find((one) => new RegExp(String.raw`^\s*\d+ \S*/${server} `).test(one));
    if (line === undefined) throw new Error(`${server} does not run`);
    return Number.parseInt(line, 10);
  }

  async stop(): Promise<void> {
    await this.#cluster.stop();
  }

  async #open(name: string): Promise<void> {
    const at = ['-n', name];
    const file = `${profile}/served-namespace.yaml`;
    await this.#cluster.kubectl([...at, 'apply', '--server-side', '-f', file]);
    const verbs = '--verb=get,list,watch,patch';
    await this.#cluster.kubectl([...at, 'create', 'role', account, verbs, '--resource=secrets']);
    const subject = `--serviceaccount=${namespace}:${account}`;
    const binding = ['create', 'rolebinding', account, `--role=${account}`, subject];
    await this.#cluster.kubectl([...at, ...binding]);
  }
}

export function secretName(prefix: string, index: number): string {
  return `${prefix}${String(index).padStart(5, '0')}`;
}
