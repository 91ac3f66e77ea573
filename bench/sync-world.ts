import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { Agent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, startCluster } from '../test/cluster/cluster.js';
import { applyFiles } from '../test/cluster/manifests.js';
import { startOpenBao, type TestOpenBao } from '../test/services/openbao.js';
import { WebhookSender } from '../test/services/notify-senders.js';
import { StoreProxy } from '../test/support/store-proxy.js';
import {
  externalStore,
  externalStores,
  secretSync,
  syncsIn,
} from '../test/support/sync-manifests.js';
import { type AdminAccess, adminAgent } from './admin-access.js';
import { adminAccessFrom } from './read-kubeconfig.js';
import { sideBySide } from './side-by-side.js';
import { SyncCaller } from './sync-caller.js';

const profile = 'deploy/rbac/constrained/cluster-wide';
/** Every namespace is served. */
const broker = 'deploy/sandbox/broker.yaml';
const tokenRights = 'deploy/rbac/constrained/sync-token.yaml';
const home = 'bench-home';
const account = 'sallyport-sync';
const tokenSeconds = 86_400;
const perNamespace = 100;
const atOnce = 16;
/** How long authors of objects are not trusted after the policy was created. */
const settlingMs = 12_000;

export interface SyncPlace {
  readonly namespace: string;
  readonly name: string;
}

/** A real API server and an OpenBao with many Secrets to keep in sync. */
export class SyncBenchWorld {
  /** Administrator of the cluster. */
  readonly admin: SyncCaller;
  /** For a stream of the API server. */
  readonly access: AdminAccess;
  readonly places: readonly SyncPlace[];
  readonly proxy: StoreProxy;
  /** Program that notifies the gateway of changes of the store. */
  readonly webhooks = new WebhookSender();
  /** Operator of the store, past the proxy. */
  readonly store: SyncCaller;
  readonly #cluster: Cluster;
  readonly #bao: TestOpenBao;

  private constructor(parts: {
    readonly cluster: Cluster;
    readonly bao: TestOpenBao;
    readonly proxy: StoreProxy;
    readonly count: number;
  }) {
    const { cluster, bao, proxy, count } = parts;
    this.#cluster = cluster;
    this.#bao = bao;
    this.proxy = proxy;
    this.access = adminAccessFrom(cluster.adminKubeconfigFile);
    this.admin = new SyncCaller({ url: cluster.url, agent: adminAgent(this.access, atOnce) });
    this.places = Array.from({ length: count }, (_, index) => ({
      namespace: `tenant-${Math.floor(index / perNamespace)}`,
      name: `s${index % perNamespace}`,
    }));
    const { ca, admin } = bao.server;
    this.store = new SyncCaller({
      url: bao.url.href.replace(/\/$/, ''),
      agent: new Agent({ ca, keepAlive: true, maxSockets: atOnce }),
      headers: { 'x-vault-token': admin.password },
    });
  }

  /** Starts with so many Secrets; none is in sync. */
  static async start(count: number, stack: AsyncDisposableStack): Promise<SyncBenchWorld> {
    const cluster = await startCluster();
    stack.defer(() => cluster.stop());
    const bao = await startOpenBao();
    stack.defer(() => bao.server.stop());
    const proxy = await StoreProxy.start(bao.server);
    stack.defer(() => proxy.stop());
    await cluster.kubectl(['apply', '--server-side', '-k', profile]);
    await cluster.kubectl(['apply', '--server-side', '-f', broker]);
    const world = new SyncBenchWorld({ cluster, bao, proxy, count });
    stack.defer(() => {
      world.store.close();
      world.admin.close();
    });
    await world.#openStore();
    await world.#fill();
    await pause(settlingMs);
    return world;
  }

  get namespaces(): readonly string[] {
    return [...new Set(this.places.map(({ namespace }) => namespace))];
  }

  /** Settings of the gateway: it may connect to the proxy. */
  get settings(): object {
    const { host } = this.#bao.server;
    return { sync: { egress: { allow: [{ host, addresses: ['127.0.0.0/8'] }] } } };
  }

  /** Path of a kubeconfig with which the gateway acts. */
  async gatewayKubeconfig(): Promise<string> {
    const of = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const token = await this.#cluster.createToken({ ...of, expirationSeconds: tokenSeconds });
    return this.#cluster.kubeconfigFor({ token, name: 'bench-gateway' });
  }

  /** Token of a caller that may write Secrets and run syncs, for the gateway. */
  callerToken(): Promise<string> {
    const of = { namespace: home, serviceAccount: 'writer', audiences: ['sallyport'] };
    return this.#cluster.createToken({ ...of, expirationSeconds: tokenSeconds });
  }

  async createStore(poll: string): Promise<void> {
    const { namespaces } = this;
    const prefix = 'k8s/{namespace}/';
    await this.#post(
      externalStores,
      externalStore('vault', {
        openbao: {
          url: this.proxy.url,
          caSecret: { namespace: home, name: 'bao-ca' },
          auth: { jwt: { role: 'sync', audience: 'openbao' } },
        },
        allow: [{ namespaces, prefix, directions: ['push', 'pull'] }],
        poll,
        notify: { signature: { secret: { namespace: home, name: 'signing', key: 'secret' } } },
      }),
    );
  }

  /** Creates a sync of each Secret, in both directions. */
  async createSyncs(): Promise<void> {
    await this.#eachPlace(({ namespace, name }) => {
      const spec = { secretName: name, remote: { name }, direction: 'both' };
      return this.#post(syncsIn(namespace), secretSync(name, spec));
    });
  }

  async #eachPlace(work: (place: SyncPlace, index: number) => Promise<void>): Promise<void> {
    await sideBySide({ count: this.places.length, atOnce }, async (index) => {
      const place = this.places[index];
      if (place !== undefined) await work(place, index);
    });
  }

  async #post(path: string, body: object): Promise<void> {
    await this.admin.call('POST', path, body);
  }

  async #fill(): Promise<void> {
    for (const name of [home, ...this.namespaces]) {
      const namespace = { kind: 'Namespace', apiVersion: 'v1', metadata: { name } };
      await this.#post('/api/v1/namespaces', namespace);
    }
    await this.#post(`/api/v1/namespaces/${home}/secrets`, {
      ...secretOf('bao-ca', { 'ca.crt': this.#bao.server.ca }),
    });
    await this.#post(`/api/v1/namespaces/${home}/secrets`, {
      ...secretOf('signing', { secret: this.webhooks.secret }),
    });
    await this.#createCaller();
    for (const namespace of this.namespaces) {
      await this.#post(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
        ...{ kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: account } },
      });
      await applyFiles(this.#cluster, tokenRights, namespace);
    }
    await this.#eachPlace(({ namespace, name }, index) => {
      const secret = secretOf(name, { value: `first-${index}`, user: 'app' });
      return this.#post(`/api/v1/namespaces/${namespace}/secrets`, secret);
    });
  }

  async #createCaller(): Promise<void> {
    await this.#post(`/api/v1/namespaces/${home}/serviceaccounts`, {
      ...{ kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'writer' } },
    });
    const apiGroup = 'rbac.authorization.k8s.io';
    const base = { apiVersion: `${apiGroup}/v1`, metadata: { name: 'bench-writer' } };
    await this.#post(`/apis/${apiGroup}/v1/clusterroles`, {
      ...{ ...base, kind: 'ClusterRole' },
      rules: [
        { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'update', 'patch'] },
        { apiGroups: ['sallyport.dev'], resources: ['secretsyncs/run'], verbs: ['create'] },
      ],
    });
    await this.#post(`/apis/${apiGroup}/v1/clusterrolebindings`, {
      ...{ ...base, kind: 'ClusterRoleBinding' },
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'bench-writer' },
      subjects: [{ kind: 'ServiceAccount', name: 'writer', namespace: home }],
    });
  }

  /** Lets the ServiceAccounts of this cluster log in. */
  async #openStore(): Promise<void> {
    const { body: discovery } = await this.#cluster.request(
      'GET',
      '/.well-known/openid-configuration',
    );
    const { body: jwks } = await this.#cluster.request('GET', '/openid/v1/jwks');
    const keys = (jwks as { keys: JsonWebKey[] }).keys.map((key) =>
      createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    );
    await this.#bao.call('POST', 'sys/auth/jwt', { type: 'jwt' });
    await this.#bao.call('POST', 'auth/jwt/config', {
      jwt_validation_pubkeys: keys,
      bound_issuer: (discovery as { issuer: string }).issuer,
    });
    const all = '{ capabilities = ["create", "read", "update", "patch", "list"] }';
    const policy = ['data', 'metadata', 'detailed-metadata'].map(
      (of) => `path "secret/${of}/k8s/*" ${all}`,
    );
    await this.#bao.call('PUT', 'sys/policies/acl/sync', { policy: policy.join('\n') });
    await this.#bao.call('POST', 'auth/jwt/role/sync', {
      ...{ role_type: 'jwt', user_claim: 'sub', bound_audiences: ['openbao'] },
      ...{ policies: ['sync'], token_type: 'batch', token_ttl: '5m' },
    });
  }
}

function secretOf(name: string, stringData: Readonly<Record<string, string>>): object {
  return { kind: 'Secret', apiVersion: 'v1', metadata: { name }, stringData };
}
