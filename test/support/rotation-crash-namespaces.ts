import { readManifests } from '../../src/app/sandbox/read-manifests.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { rotatedSecret, type Values } from './rotation-crash-targets.js';

const roleBindings = (namespace: string) =>
  `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
const deploymentName = 'consumer';

/** A namespace of a cluster that a test looks into past the gateway. */
export class CrashNamespace {
  readonly name: string;
  readonly #cluster: TestCluster;

  private constructor(cluster: TestCluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  /** One that is served, where rotations may restart workloads: kubectl would take its time. */
  static async make(cluster: TestCluster, name: string): Promise<CrashNamespace> {
    const made = new CrashNamespace(cluster, name);
    await made.#post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace' }, name);
    const constrained = 'deploy/rbac/constrained';
    for (const file of ['by-namespace/served-namespace.yaml', 'restarts.yaml']) {
      for (const manifest of readManifests(`${constrained}/${file}`)) {
        await made.#post(roleBindings(name), manifest, manifest.metadata.name);
      }
    }
    return made;
  }

  /** Makes Secrets, and a Deployment that takes the rotated one. */
  async seed(secrets: Readonly<Record<string, Values>>): Promise<void> {
    for (const [name, stringData] of Object.entries(secrets)) {
      const secret = { apiVersion: 'v1', kind: 'Secret', stringData };
      await this.#post(`/api/v1/namespaces/${this.name}/secrets`, secret, name);
    }
    const labels = { app: deploymentName };
    const envFrom = [{ secretRef: { name: rotatedSecret } }];
    const spec = {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'example.com/main', envFrom }] },
      },
    };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec };
    await this.#post(this.#deployments, deployment, deploymentName);
  }

  /** What the rotated Secret holds now. */
  async stored(): Promise<Values> {
    const path = `/api/v1/namespaces/${this.name}/secrets/${rotatedSecret}`;
    const { body } = await this.#cluster.request<{ data?: Record<string, string> }>('GET', path);
    return Object.fromEntries(
      Object.entries(body.data ?? {}).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
  }

  /** How often the Deployment's template was changed, and what its annotations are. */
  async template() {
    const path = `${this.#deployments}/${deploymentName}`;
    const { body } = await this.#cluster.request<Deployment>('GET', path);
    const { annotations = {} } = body.spec.template.metadata;
    return { generation: body.metadata.generation, annotations };
  }

  get #deployments(): string {
    return `/apis/apps/v1/namespaces/${this.name}/deployments`;
  }

  async #post(path: string, object: object, name: string): Promise<void> {
    const body = { ...object, metadata: { name } };
    const answer = await this.#cluster.request('POST', path, body);
    if (answer.status !== 201) throw new Error(`not made: ${JSON.stringify(answer.body)}`);
  }
}

interface Deployment {
  readonly metadata: { readonly generation: number };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
    };
  };
}
