import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { writeKubeconfig } from '../../cluster/kubeconfig.js';
import { runKubectl } from '../../cluster/kubectl.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { TlsWorld } from '../../support/tls-files.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const group = 'rbac.authorization.k8s.io';

/** Whom the caller may act as: `alice`, in groups `ops` and `dev`, and ServiceAccount `job`. */
const permitted = `
apiVersion: ${group}/v1
kind: ClusterRole
metadata: { name: act-as-alice }
rules:
  - { apiGroups: [''], resources: [users], resourceNames: [alice], verbs: [impersonate] }
  - { apiGroups: [''], resources: [groups], resourceNames: [ops, dev], verbs: [impersonate] }
  - apiGroups: [authentication.k8s.io]
    resources: [uids]
    resourceNames: [u1]
    verbs: [impersonate]
---
apiVersion: ${group}/v1
kind: Role
metadata: { name: act-as-job, namespace: pay }
rules:
  - apiGroups: ['']
    resources: [serviceaccounts]
    resourceNames: [job, ghost]
    verbs: [impersonate]
---
apiVersion: ${group}/v1
kind: RoleBinding
metadata: { name: act-as-job, namespace: pay }
roleRef: { apiGroup: ${group}, kind: Role, name: act-as-job }
subjects: [{ kind: ServiceAccount, name: caller, namespace: pay }]
---
apiVersion: ${group}/v1
kind: RoleBinding
metadata: { name: ops, namespace: pay }
roleRef: { apiGroup: ${group}, kind: Role, name: pay-job }
subjects: [{ apiGroup: ${group}, kind: Group, name: ops }]
`;

const binding = `
apiVersion: ${group}/v1
kind: ClusterRoleBinding
metadata: { name: act-as-alice }
roleRef: { apiGroup: ${group}, kind: ClusterRole, name: act-as-alice }
subjects: [{ kind: ServiceAccount, name: caller, namespace: pay }]
`;

/** A gateway with a caller who has no right on Secrets, and may act as somebody who has. */
export class ImpersonationWorld {
  readonly installation: TestInstallation;
  readonly tls: TlsWorld;
  readonly plainUrl: string;
  /** Of the façade, over https. */
  readonly url: string;
  readonly token: string;
  readonly #homeDir: string;

  private constructor(
    installation: TestInstallation,
    tls: TlsWorld,
    rest: { readonly urls: readonly string[]; readonly token: string },
  ) {
    const [plainUrl = '', url = ''] = rest.urls;
    this.installation = installation;
    this.tls = tls;
    this.plainUrl = plainUrl;
    this.url = `${url}/kubernetes`;
    this.token = rest.token;
    this.#homeDir = mkdtempSync(join(installation.cluster.dir, 'as-'));
  }

  static async start(kubectl: object): Promise<ImpersonationWorld> {
    const tls = await TlsWorld.create();
    const { cert, key } = tls.files;
    const listen = { port: 0, tls: { port: 0, cert, key } };
    const installation = await TestInstallation.start({ listen, kubectl });
    try {
      const urls = await installation.gateway.listen();
      await installation.serve('pay');
      await seedSecret(installation, 'pay', 'db', { password: 'hunter2-of-impersonation' });
      await installation.user('pay', 'job', [allOfSecrets]);
      const token = await installation.user('pay', 'caller', [
        { verbs: ['create', 'list'], apiGroups: ['sallyport.dev'], resources: ['accesstokens'] },
      ]);
      await installation.cluster.apply(permitted);
      const world = new ImpersonationWorld(installation, tls, { urls, token });
      await world.permit();
      return world;
    } catch (error) {
      await installation.stop();
      tls.remove();
      throw error;
    }
  }

  /** Lets the caller act as `alice`. */
  async permit(): Promise<void> {
    await this.installation.cluster.apply(binding);
  }

  async forbid(): Promise<void> {
    const path = `/apis/${group}/v1/clusterrolebindings/act-as-alice`;
    await this.installation.cluster.request('DELETE', path);
  }

  /**
   * kubectl in namespace `pay`, in front of the façade; rejects with what it complains of. A
   * `fresh` one remembers nothing of the cluster.
   */
  async kubectl(
    command: string,
    {
      token = this.token,
      fresh = false,
    }: { readonly token?: string; readonly fresh?: boolean } = {},
  ): Promise<string> {
    const homeDir = fresh ? mkdtempSync(join(this.#homeDir, 'fresh-')) : this.#homeDir;
    const kubeconfigFile = join(homeDir, 'kubeconfig');
    await writeKubeconfig(kubeconfigFile, { server: this.url, ca: this.tls.ca, user: { token } });
    const binary = this.installation.cluster.kubectlPath;
    return runKubectl(['-n', 'pay', ...command.split(' ')], { binary, kubeconfigFile, homeDir });
  }

  /** What is on record of the namespace's Secrets and of refused requests, newest first. */
  async events() {
    const { items } = await partOf(this.installation.gateway, AuditService).list(
      {},
      { limit: 200 },
    );
    return items;
  }

  /** The history of a Secret, newest first. */
  async versions(name: string): Promise<readonly object[]> {
    const rule = { verbs: ['list'], apiGroups: ['sallyport.dev'], resources: ['secretversions'] };
    const token = await this.installation.user('pay', 'historian', [rule]);
    const path = `/v1/namespaces/pay/secrets/${name}/versions`;
    const answer = await send(this.plainUrl, { path, token });
    if (answer.status !== 200) throw new Error(`no versions: ${answer.text}`);
    return answer.json<{ items: object[] }>().items;
  }

  async stop(): Promise<void> {
    try {
      await this.installation.stop();
    } finally {
      this.tls.remove();
    }
  }
}
