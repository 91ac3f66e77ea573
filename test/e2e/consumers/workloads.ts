import type { TestCluster } from '../../cluster/test-cluster.js';

interface Made {
  readonly metadata: { readonly name: string; readonly uid: string };
}

const envFrom = (secret: string) => ({ envFrom: [{ secretRef: { name: secret } }] });
const image = 'registry.example/app';

/** A PodSpec that takes a Secret in one way. */
export const podSpecs = {
  env: (secret: string) => ({ containers: [{ name: 'app', image, ...envFrom(secret) }] }),
  volume: (secret: string) => mounting(secret, {}),
  subPath: (secret: string) => mounting(secret, { subPath: 'password' }),
  imagePull: (secret: string) => ({
    containers: [{ name: 'app', image }],
    imagePullSecrets: [{ name: secret }],
  }),
} as const;

function mounting(secret: string, mount: object) {
  const volumeMounts = [{ name: 'v', mountPath: '/etc/v', ...mount }];
  return {
    containers: [{ name: 'app', image, volumeMounts }],
    volumes: [{ name: 'v', secret: { secretName: secret } }],
  };
}

/** Makes Pods and workloads in a namespace, as an admin of the cluster. */
export class Workloads {
  readonly #cluster: Pick<TestCluster, 'request'>;
  readonly #namespace: string;

  constructor(cluster: Pick<TestCluster, 'request'>, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  /** Of `apps`; what it makes is up to the spec. */
  async workload(
    kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet',
    name: string,
    podSpec: object,
    more: { readonly spec?: object; readonly owner?: { kind: string; made: Made } } = {},
  ): Promise<Made> {
    const labels = { app: name };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec },
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      ...more.spec,
    };
    const metadata = { name, ...ownerOf(more.owner) };
    const path = `/apis/apps/v1/namespaces/${this.#namespace}/${kind.toLowerCase()}s`;
    return this.#create(path, { apiVersion: 'apps/v1', kind, metadata, spec });
  }

  /** A Pod that a node has taken at this time, by its clock; without one it is nowhere. */
  async pod(
    name: string,
    podSpec: object,
    more: { readonly startedAt?: Date; readonly owner?: { kind: string; made: Made } } = {},
  ): Promise<void> {
    const { startedAt, owner } = more;
    const path = `/api/v1/namespaces/${this.#namespace}/pods`;
    const spec = { ...podSpec, ...(startedAt ? { nodeName: 'node-1' } : {}) };
    const metadata = { name, ...ownerOf(owner) };
    await this.#create(path, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
    if (startedAt) await this.podStatus(name, runningSince(startedAt));
  }

  async podStatus(name: string, status: object): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${name}/status`;
    const { status: code, body } = await this.#cluster.request('PATCH', path, { status });
    if (code !== 200) throw new Error(`no status: ${JSON.stringify(body)}`);
  }

  /** Whether it bears the annotations of a restart, and the version it has come to. */
  async template(kind: string, name: string) {
    const path = `/apis/apps/v1/namespaces/${this.#namespace}/${kind.toLowerCase()}s/${name}`;
    const { body } = await this.#cluster.request<{
      metadata: { resourceVersion: string };
      spec: { template: { metadata: { annotations?: Record<string, string> } } };
    }>('GET', path);
    const { metadata, spec } = body;
    return {
      resourceVersion: metadata.resourceVersion,
      annotations: spec.template.metadata.annotations ?? {},
    };
  }

  async #create(path: string, body: object): Promise<Made> {
    const answer = await this.#cluster.request<Made>('POST', path, body);
    if (answer.status !== 201) throw new Error(`not made: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

export function runningSince(startedAt: Date, containerAt: Date = startedAt): object {
  const state = { running: { startedAt: kubeTime(containerAt) } };
  const app = { name: 'app', state, ready: true, restartCount: 0, image, imageID: '' };
  return { phase: 'Running', startTime: kubeTime(startedAt), containerStatuses: [app] };
}

function ownerOf(owner: { kind: string; made: Made } | undefined): object {
  if (owner === undefined) return {};
  const { kind, made } = owner;
  const { name, uid } = made.metadata;
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] };
}

/** Kubernetes writes whole seconds. */
function kubeTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
