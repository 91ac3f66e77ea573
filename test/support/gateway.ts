import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, createGateway } from '../../src/app/gateway.js';
import { type Config, configSchema } from '../../src/platform/config/config.schema.js';
import { applyFiles } from '../cluster/manifests.js';
import { sharedCluster } from '../cluster/shared-cluster.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { findLeaks } from './leak-check.js';
import { isOnSandbox, startTestCluster } from './test-target.js';

/** The shipped RBAC that installations stand on unless they are about another. */
const constrained = 'deploy/rbac/constrained/by-namespace';

/** What a Role of a test allows. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** A cluster, real or sandbox, with the shipped RBAC, and a gateway in this process before it. */
export class TestInstallation {
  readonly cluster: TestCluster;
  readonly gateway: Gateway;
  readonly config: Config;
  /** Everything the gateway logged. */
  readonly log: readonly string[];
  readonly #dataDir: string;
  readonly #profile: string;

  private constructor(parts: {
    readonly cluster: TestCluster;
    readonly gateway: Gateway;
    readonly config: Config;
    readonly log: readonly string[];
    readonly dataDir: string;
    readonly profile: string;
  }) {
    this.cluster = parts.cluster;
    this.gateway = parts.gateway;
    this.config = parts.config;
    this.log = parts.log;
    this.#dataDir = parts.dataDir;
    this.#profile = parts.profile;
  }

  static async start(
    overrides: Record<string, unknown> = {},
    profile: string = constrained,
    start?: () => Promise<TestCluster>,
  ): Promise<TestInstallation> {
    const cluster = await startClusterWith(profile, start);
    try {
      const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-data-'));
      const config = await gatewayConfig(cluster, dataDir, overrides);
      const log: string[] = [];
      const destination = { write: (line: string) => void log.push(line) };
      const gateway = await createGateway(config, { level: 'info', destination });
      return new TestInstallation({ cluster, gateway, config, log, dataDir, profile });
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get dataDir(): string {
    return this.#dataDir;
  }

  /** A served namespace. */
  async serve(namespace: string): Promise<void> {
    await this.cluster.request('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    await applyFiles(this.cluster, `${this.#profile}/served-namespace.yaml`, namespace);
  }

  /** A ServiceAccount with a Role of these rules in its namespace, and a token for the gateway. */
  async user(namespace: string, name: string, rules: readonly Rule[]): Promise<string> {
    await this.cluster.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
    });
    await this.grant(namespace, name, rules);
    return this.cluster.createToken({
      namespace,
      serviceAccount: name,
      audiences: ['sallyport'],
    });
  }

  /** A ServiceAccount with a ClusterRole of these rules in all namespaces, and its token. */
  async clusterUser(namespace: string, name: string, rules: readonly Rule[]): Promise<string> {
    const token = await this.user(namespace, name, []);
    const group = 'rbac.authorization.k8s.io';
    const metadata = { name: `${namespace}-${name}` };
    const shape = { apiVersion: `${group}/v1`, metadata };
    await this.cluster.request('POST', `/apis/${group}/v1/clusterroles`, {
      ...shape,
      kind: 'ClusterRole',
      rules: rules.map((rule) => ({ apiGroups: [''], ...rule })),
    });
    await this.cluster.request('POST', `/apis/${group}/v1/clusterrolebindings`, {
      ...shape,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
    return token;
  }

  /** Binds further rules in a namespace to a ServiceAccount of `home` (the same by default). */
  async grant(
    namespace: string,
    name: string,
    rules: readonly Rule[],
    home: string = namespace,
  ): Promise<void> {
    const group = 'rbac.authorization.k8s.io';
    const base = `/apis/${group}/v1/namespaces/${namespace}`;
    const metadata = { name: `${home}-${name}` };
    await this.cluster.request('POST', `${base}/roles`, {
      apiVersion: `${group}/v1`,
      kind: 'Role',
      metadata,
      rules: rules.map((rule) => ({ apiGroups: [''], ...rule })),
    });
    await this.cluster.request('POST', `${base}/rolebindings`, {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
    });
  }

  /** Ends everything; throws where a value of the cluster stands in the log or on the disk. */
  async stop(): Promise<void> {
    try {
      await this.gateway.stop();
      const leaks = await findLeaks(this.cluster, this.log, this.#dataDir);
      if (leaks.length > 0) throw new Error(`values leaked: ${leaks.join('; ')}`);
    } finally {
      await this.cluster.stop();
      rmSync(this.#dataDir, { recursive: true, force: true });
    }
  }
}

/** A cluster with a profile of `deploy/rbac`. */
async function startClusterWith(
  profile: string,
  start?: () => Promise<TestCluster>,
): Promise<TestCluster> {
  const isCommon = profile === constrained && start === undefined;
  // To apply it takes the API server a quarter of a second, so those that are shared have it.
  if (isCommon && !isOnSandbox) return sharedCluster('constrained');
  const cluster = await (start ?? startTestCluster)();
  try {
    await applyFiles(cluster, profile);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/** Configuration of a gateway that acts with a token of its own ServiceAccount. */
export async function gatewayConfig(
  cluster: TestCluster,
  dataDir: string,
  overrides: Record<string, unknown> = {},
): Promise<Config> {
  const token = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
  const kubeconfig = await cluster.kubeconfigFor({ token, name: 'gateway' });
  const { kubernetes, ...others } = overrides;
  return configSchema.parse({
    listen: { port: 0 },
    health: { port: 0 },
    dataDir,
    kubernetes: { mode: 'kubeconfig', kubeconfig, ...(kubernetes as object | undefined) },
    namespaces: { served: ['*'] },
    ...others,
  });
}

/** All rights of a namespace user of Secrets. */
export const allOfSecrets: Rule = {
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  resources: ['secrets'],
};
