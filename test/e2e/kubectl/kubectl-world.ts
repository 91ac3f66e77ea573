import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyFiles } from '../../cluster/manifests.js';
import { writeKubeconfig } from '../../cluster/kubeconfig.js';
import type { KubectlServer } from '../../conformance/kubectl/kubectl-session.js';
import { TestInstallation } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { TlsWorld } from '../../support/tls-files.js';

const profile = 'deploy/rbac/constrained/cluster-wide';
const home = 'people';
const rbac = 'rbac.authorization.k8s.io';

/** Who may use every Secret, nothing, everything in the cluster, and the audit trail. */
const accounts = ['operator', 'stranger', 'admin', 'auditor'] as const;
type Account = (typeof accounts)[number];

const clusterRoles: Partial<Record<Account, string>> = {
  operator: 'secret-operator',
  admin: 'cluster-admin',
  auditor: 'sallyport-auditor',
};

const people = `
apiVersion: v1
kind: Namespace
metadata: { name: ${home} }
---
apiVersion: ${rbac}/v1
kind: ClusterRole
metadata: { name: secret-operator }
rules:
  - apiGroups: ['']
    resources: [secrets]
    verbs: [get, list, watch, create, update, patch, delete, deletecollection]
  - { apiGroups: [''], resources: [namespaces], verbs: [get, list, watch] }
  - apiGroups: [sallyport.dev]
    resources: [secretkeys]
    resourceNames: [shhhhhh/password]
    verbs: [get]
${accounts.map(account).join('')}`;

function account(name: Account): string {
  const metadata = `{ name: ${name}, namespace: ${home} }`;
  const serviceAccount = `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: ${metadata}\n`;
  const role = clusterRoles[name];
  if (role === undefined) return serviceAccount;
  return `${serviceAccount}---
apiVersion: ${rbac}/v1
kind: ClusterRoleBinding
metadata: { name: people-${name} }
roleRef: { apiGroup: ${rbac}, kind: ClusterRole, name: ${role} }
subjects: [{ kind: ServiceAccount, name: ${name}, namespace: ${home} }]
`;
}

/** The user name of a ServiceAccount. */
export function userOf(name: Account): string {
  return `system:serviceaccount:${home}:${name}`;
}

/** One user in front of the gateway's façade, and straight in front of the API server. */
export interface Sides {
  readonly direct: KubectlServer;
  readonly facade: KubectlServer;
}

/** An event of the audit trail as it is stored. */
export interface StoredEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly requestReceivedTimestamp: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
  readonly annotations: Readonly<Record<string, string>>;
}

/** A gateway that callers reach over https, wherever in the cluster their rights are. */
export class KubectlWorld {
  readonly installation: TestInstallation;
  readonly #tls: TlsWorld;
  readonly #url: string;
  readonly #plainUrl: string;

  private constructor(
    installation: TestInstallation,
    tls: TlsWorld,
    [plainUrl, url]: readonly string[],
  ) {
    this.installation = installation;
    this.#tls = tls;
    this.#plainUrl = plainUrl ?? '';
    this.#url = url ?? '';
  }

  static async start(): Promise<KubectlWorld> {
    const tls = await TlsWorld.create();
    const { cert, key } = tls.files;
    const overrides = {
      listen: { port: 0, tls: { port: 0, cert, key } },
      namespaces: { served: ['*'], scope: 'cluster' },
    };
    const installation = await TestInstallation.start(overrides, profile);
    try {
      const world = new KubectlWorld(installation, tls, await installation.gateway.listen());
      await installation.cluster.apply(people);
      return world;
    } catch (error) {
      await installation.stop();
      tls.remove();
      throw error;
    }
  }

  /** A namespace in which the broker works. */
  async serve(namespace: string): Promise<void> {
    const { cluster } = this.installation;
    await cluster.kubectl(['create', 'namespace', namespace]);
    await applyFiles(cluster, `${profile}/served-broker.yaml`, namespace);
  }

  /** All Secrets of a namespace go, past the gateway. */
  async empty(namespace: string): Promise<void> {
    const { cluster } = this.installation;
    await cluster.request('DELETE', `/api/v1/namespaces/${namespace}/secrets`);
  }

  /** Both ways of a ServiceAccount to the API server, and of those beside it, by name. */
  async sidesOf(
    account: Account,
    { kubectlPath = this.installation.cluster.kubectlPath, others = [] }: SideOptions = {},
  ): Promise<Sides> {
    const { cluster } = this.installation;
    const ca = readFileSync(cluster.caFile, 'utf8');
    const facade = { url: `${this.#url}/kubernetes`, ca: this.#tls.ca, audiences: ['sallyport'] };
    const of = (way: Way): Promise<KubectlServer> =>
      this.#server(way, { account, others, kubectlPath });
    return { direct: await of({ url: cluster.url, ca }), facade: await of(facade) };
  }

  async #server(
    { url, ca, audiences }: Way,
    { account, others, kubectlPath }: Required<SideOptions> & { readonly account: Account },
  ): Promise<KubectlServer> {
    const { cluster } = this.installation;
    const dir = mkdtempSync(join(cluster.dir, 'kubectl-'));
    const write = async (name: string, token: string): Promise<string> => {
      const path = join(dir, `${name}.kubeconfig`);
      await writeKubeconfig(path, { server: url, ca, user: { token } });
      return path;
    };
    const tokenOf = (serviceAccount: string): Promise<string> =>
      cluster.createToken({ namespace: home, serviceAccount, ...(audiences && { audiences }) });
    for (const other of others) await write(other, await tokenOf(other));
    return {
      url,
      dir,
      kubectlPath,
      adminKubeconfigFile: await write(account, await tokenOf(account)),
      request: (...call) => cluster.request(...call),
      kubeconfigFor: ({ name, token }) => write(name, token),
    };
  }

  /** One request of a ServiceAccount, without kubectl. */
  async ask(account: Account, call: Omit<Call, 'token'>): Promise<Answer> {
    const audiences = ['sallyport'];
    const { cluster } = this.installation;
    const token = await cluster.createToken({
      namespace: home,
      serviceAccount: account,
      audiences,
    });
    return send(this.#plainUrl, { ...call, token });
  }

  /** All that is on record, oldest first. */
  async events(): Promise<readonly StoredEvent[]> {
    const answer = await this.ask('auditor', { path: '/v1/audit/export' });
    if (answer.status !== 200) throw new Error(`no export: ${answer.text}`);
    const lines = answer.text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as StoredEvent);
  }

  async stop(): Promise<void> {
    try {
      await this.installation.stop();
    } finally {
      this.#tls.remove();
    }
  }
}

interface Way {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly audiences?: readonly string[];
}

interface SideOptions {
  readonly kubectlPath?: string;
  /** Their kubeconfigs lie beside, in the home of kubectl. */
  readonly others?: readonly Account[];
}
