import { expect, vi } from 'vitest';
import { applyFiles } from '../cluster/manifests.js';
import type { Cluster } from '../cluster/cluster.js';
import { sharedCluster } from '../cluster/shared-cluster.js';
import { rotationsIn, secretRotation } from '../support/rotation-manifests.js';
import { importsIn, secretImport, secretShare, sharesIn } from '../support/share-manifests.js';

export type Headers = Readonly<Record<string, string>>;

export interface StolenSetup {
  readonly profile: 'constrained' | 'legacy';
  readonly scope: 'by-namespace' | 'cluster-wide';
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly contentType?: string;
}

export const value = 'shhhhhh-not-for-thieves';
/** `pay` is served, programs of `ci` call the gateway, and nothing is bound in `other`. */
const namespaces = ['pay', 'ci', 'other'] as const;
/** May do everything by themselves, so that a refusal is one of the gateway's own rights. */
const mightyUsers = ['alice', 'system:kube-controller-manager', 'system:apiserver'] as const;

export const as = (user: string, group?: string): Headers => {
  const groups = group === undefined ? {} : { 'Impersonate-Group': group };
  return { 'Impersonate-User': user, ...groups };
};
export const account = (name: string): Headers => as(`system:serviceaccount:${name}`);
export const broker = account('sallyport:sallyport-broker');

/** A real API server with one of the shipped profiles, and a thief who has the gateway's token. */
export class StolenWorld {
  readonly cluster: Cluster;
  readonly #token: string;

  private constructor(cluster: Cluster, token: string) {
    this.cluster = cluster;
    this.#token = token;
  }

  static async start({ profile, scope }: StolenSetup): Promise<StolenWorld> {
    const cluster = await sharedCluster();
    const folder = `deploy/rbac/${profile}`;
    await applyFiles(cluster, `${folder}/${scope}`);
    const isNarrow = scope === 'by-namespace';
    for (const namespace of namespaces) await furnish(cluster, namespace);
    await furnish(cluster, 'kube-system', { isNew: false });
    const served = isNarrow ? 'by-namespace/served-namespace' : 'cluster-wide/served-broker';
    await applyFiles(cluster, `${folder}/${served}.yaml`, 'pay');
    const callers = `${folder}/by-namespace/caller-namespace.yaml`;
    if (isNarrow) await applyFiles(cluster, callers, 'ci');
    await makeMighty(cluster);
    const identity = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const world = new StolenWorld(cluster, await cluster.createToken(identity));
    await world.policyIsInForce();
    await kindsAreServed(cluster);
    return world;
  }

  /** What a thief gets who talks to the API server with the gateway's token. */
  async asThief(attempt: Attempt, headers: Headers): Promise<Answer> {
    const { method, path, body, contentType } = attempt;
    const answer = await this.cluster.request(method, path, body, {
      token: this.#token,
      headers,
      ...(contentType !== undefined && { contentType }),
    });
    return { status: answer.status, text: JSON.stringify(answer.body) ?? '' };
  }

  /** What somebody gets who comes to the API server as himself. */
  async asUser(attempt: Attempt, user: string): Promise<Answer> {
    const { method, path, body } = attempt;
    const answer = await this.cluster.request(method, path, body, { headers: as(user) });
    return { status: answer.status, text: JSON.stringify(answer.body) ?? '' };
  }

  /** A policy has effect some time after it, or its binding, was made or taken away. */
  async policyIsInForce(expected = true): Promise<void> {
    const body = { metadata: { name: 'probe' }, type: 'bootstrap.kubernetes.io/token' };
    const path = '/api/v1/namespaces/pay/secrets?dryRun=All';
    const tried = async () => {
      const { status } = await this.asUser({ method: 'POST', path, body }, 'alice');
      expect(status).toBe(expected ? 403 : 201);
    };
    await vi.waitFor(tried, { timeout: 20_000 });
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}

/** The API server knows a kind some time after its definition. */
async function kindsAreServed(cluster: Cluster): Promise<void> {
  const objects: readonly (readonly [string, object])[] = [
    [rotationsIn('pay'), secretRotation('db')],
    [sharesIn('pay'), secretShare('db')],
    [importsIn('pay'), secretImport('db')],
  ];
  const tried = async () => {
    for (const [path, object] of objects) {
      const { status } = await cluster.request('POST', `${path}?dryRun=All`, object);
      expect(status).toBe(201);
    }
  };
  await vi.waitFor(tried, { timeout: 20_000 });
}

async function furnish(cluster: Cluster, namespace: string, { isNew = true } = {}): Promise<void> {
  const kubectl = (command: string) => cluster.kubectl(command.split(' '));
  if (isNew) await kubectl(`create namespace ${namespace}`);
  await kubectl(`-n ${namespace} create secret generic db --from-literal=password=${value}`);
  await kubectl(`-n ${namespace} create serviceaccount admin`);
}

async function makeMighty(cluster: Cluster): Promise<void> {
  const accounts = ['pay', 'ci', 'other', 'kube-system'].map(
    (namespace) => `--serviceaccount=${namespace}:admin`,
  );
  const users = mightyUsers.map((name) => `--user=${name}`);
  const groups = ['system:nodes', 'ops'].map((name) => `--group=${name}`);
  const subjects = [...accounts, ...users, ...groups];
  const command = ['create', 'clusterrolebinding', 'mighty', '--clusterrole=cluster-admin'];
  await cluster.kubectl([...command, ...subjects]);
}
