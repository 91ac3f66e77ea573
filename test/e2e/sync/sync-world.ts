import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { type Rule, TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type RestAnswer, RestCaller } from '../../support/rest-caller.js';
import { applyFiles } from '../../cluster/manifests.js';
import { startOpenBao, type TestOpenBao } from '../../services/openbao.js';
import { eventually, virtual } from '../../support/tokens-world.js';

const writes = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const account = 'sallyport-sync';
const storeName = 'vault';

export const named = (resource: string, name: string, verb: string, group = ''): Rule => ({
  apiGroups: [group],
  resources: [resource],
  resourceNames: [name],
  verbs: [verb],
});

export const syncRules: readonly Rule[] = [
  virtual('secretsyncs', ...writes),
  virtual('secretsyncs/run', 'create'),
  virtual('secretsyncs/resolve', 'create'),
];

/** Rights of the author of a sync, in its namespace. */
export const authorRules: readonly Rule[] = [
  allOfSecrets,
  ...syncRules,
  virtual('secretversions', 'get', 'list'),
  virtual('secretrotations', 'get', 'list', 'create', 'update'),
  virtual('secretrotations/run', 'create'),
  named('externalstores', storeName, 'use', 'sallyport.dev'),
  named('externalstores', 'aws', 'use', 'sallyport.dev'),
  named('externalstores', 'other-cluster', 'use', 'sallyport.dev'),
  named('externalstores', 'webhook', 'use', 'sallyport.dev'),
  named('serviceaccounts/token', account, 'create'),
];

export interface SyncBody {
  readonly state: string | null;
  readonly reason: string | null;
  readonly message: string;
  readonly keyStates: readonly { readonly name: string; readonly state: string }[];
}

/** A gateway, an OpenBao with KV v2 at `secret/`, and namespaces `pay` and `shop`. */
export class SyncWorld {
  readonly installation: TestInstallation;
  readonly bao: TestOpenBao;
  readonly author: RestCaller;
  readonly operator: RestCaller;
  readonly auditor: RestCaller;

  private constructor(parts: {
    readonly installation: TestInstallation;
    readonly bao: TestOpenBao;
    readonly author: RestCaller;
    readonly operator: RestCaller;
    readonly auditor: RestCaller;
  }) {
    this.installation = parts.installation;
    this.bao = parts.bao;
    this.author = parts.author;
    this.operator = parts.operator;
    this.auditor = parts.auditor;
  }

  static async start(): Promise<SyncWorld> {
    const bao = await startOpenBao();
    const allow = [{ host: bao.server.host, addresses: ['127.0.0.0/8'] }];
    const installation = await TestInstallation.start({ sync: { egress: { allow } } });
    const { gateway } = installation;
    for (const namespace of ['pay', 'shop']) await installation.serve(namespace);
    const author = await installation.user('pay', 'author', authorRules);
    const operator = await installation.clusterUser('pay', 'operator', [
      virtual('externalstores', ...writes),
    ]);
    const auditor = await installation.clusterUser('pay', 'auditor', [
      virtual('auditevents', 'list'),
    ]);
    const world = new SyncWorld({
      installation,
      bao,
      author: new RestCaller(gateway.fastify, author),
      operator: new RestCaller(gateway.fastify, operator),
      auditor: new RestCaller(gateway.fastify, auditor),
    });
    await world.#prepareCluster();
    await world.#prepareStore();
    await gateway.listen();
    await world.putStore();
    await eventually(async () => {
      const { status, text } = await world.author.get('/v1/namespaces/pay/syncs');
      if (status !== 200) throw new Error(text);
    });
    return world;
  }

  /** The spec of the store, as PUT takes it. */
  storeSpec(change: object = {}) {
    return {
      openbao: {
        url: this.bao.url.href.replace(/\/$/, ''),
        caSecret: { namespace: 'pay', name: 'bao-ca' },
        auth: { jwt: { role: 'sync', audience: 'openbao' } },
      },
      allow: [{ namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['push', 'pull'] }],
      poll: '10s',
      ...change,
    };
  }

  async putStore(change: object = {}): Promise<void> {
    const { status, text } = await this.operator.put(`/v1/stores/${storeName}`, {
      ...this.storeSpec(change),
    });
    if (status > 201) throw new Error(text);
  }

  syncSpec(secretName: string, change: object = {}) {
    const remote = { name: secretName };
    const place = { secretName, storeName, serviceAccountName: account, remote };
    return { ...place, direction: 'both', ...change };
  }

  async putSync(name: string, change: object = {}): Promise<void> {
    const spec = this.syncSpec(name, change);
    const { status, text } = await this.author.put(`/v1/namespaces/pay/syncs/${name}`, spec);
    if (status > 201) throw new Error(text);
  }

  /** Looks at a sync now. */
  run(name: string, query = ''): Promise<RestAnswer> {
    const path = `/v1/namespaces/pay/syncs/${name}/run${query}`;
    return this.author.send({ method: 'POST', path });
  }

  /** Waits until a sync has this state, and returns it. */
  async becomes(name: string, state: string): Promise<SyncBody> {
    return eventually(async () => {
      const { body, text } = await this.author.get(`/v1/namespaces/pay/syncs/${name}`);
      const sync = body as unknown as SyncBody;
      if (sync.state !== state) throw new Error(text);
      return sync;
    });
  }

  async putSecret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
    const path = `/v1/namespaces/pay/secrets/${name}`;
    const { status, text } = await this.author.put(path, { stringData });
    if (status > 201) throw new Error(text);
  }

  /** Values of a Secret; undefined if there is none. */
  async secretValues(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const path = `/api/v1/namespaces/pay/secrets/${name}`;
    const { status, body } = await this.installation.cluster.request('GET', path);
    if (status === 404) return undefined;
    const { data = {} } = body as { readonly data?: Readonly<Record<string, string>> };
    const texts = Object.entries(data).map(([key, one]) => [
      key,
      Buffer.from(one, 'base64').toString(),
    ]);
    return Object.fromEntries(texts) as Readonly<Record<string, string>>;
  }

  async secretVersion(name: string): Promise<string> {
    const path = `/api/v1/namespaces/pay/secrets/${name}`;
    const { body } = await this.installation.cluster.request('GET', path);
    return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  }

  /** Makes changes of both sides while the sync must not work: its store allows nothing. */
  async pause(name: string, change: () => Promise<void>): Promise<void> {
    await this.putStore({ allow: [] });
    await eventually(() => this.becomes(name, 'Failed'));
    await change();
    await this.putStore();
  }

  /** An audience that the API server accepts. */
  async apiServerAudience(): Promise<string> {
    const token = await this.installation.cluster.createToken({
      namespace: 'sallyport',
      serviceAccount: 'sallyport',
    });
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: string[] };
    return claims.aud[0] ?? '';
  }

  putRemote(name: string, data: object): Promise<unknown> {
    return this.bao.call('POST', `secret/data/k8s/pay/${name}`, { data });
  }

  /** Values in the store; undefined if there are none. */
  async remoteValues(name: string): Promise<unknown> {
    const answer = await this.#remote(name);
    return answer?.data.data;
  }

  async remoteVersion(name: string): Promise<number | undefined> {
    const answer = await this.#remote(name);
    return answer?.data.metadata.version;
  }

  async stop(): Promise<void> {
    try {
      await this.installation.stop();
    } finally {
      await this.bao.server.stop();
    }
  }

  async #remote(name: string) {
    const path = `secret/data/k8s/pay/${name}`;
    const answer = await this.bao.call('GET', path).catch(() => undefined);
    return answer as
      | { data: { data: Record<string, string>; metadata: { version: number } } }
      | undefined;
  }

  async #prepareCluster(): Promise<void> {
    const { cluster } = this.installation;
    await cluster.request('POST', '/api/v1/namespaces/pay/serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account },
    });
    await applyFiles(cluster, 'deploy/rbac/constrained/sync-token.yaml', 'pay');
    await cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bao-ca' },
      stringData: { 'ca.crt': this.bao.server.ca },
    });
  }

  /** The JWT auth method with the keys of the cluster, and a role for one ServiceAccount. */
  async #prepareStore(): Promise<void> {
    const { cluster } = this.installation;
    const { body: discovery } = await cluster.request('GET', '/.well-known/openid-configuration');
    const { body: jwks } = await cluster.request('GET', '/openid/v1/jwks');
    const keys = (jwks as { keys: JsonWebKey[] }).keys.map((key) =>
      createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    );
    await this.bao.call('POST', 'sys/auth/jwt', { type: 'jwt' });
    await this.bao.call('POST', 'auth/jwt/config', {
      jwt_validation_pubkeys: keys,
      bound_issuer: (discovery as { issuer: string }).issuer,
    });
    const all = '{ capabilities = ["create", "read", "update", "patch", "delete", "list"] }';
    const policy = ['data', 'metadata', 'delete', 'detailed-metadata'].map(
      (of) => `path "secret/${of}/k8s/pay/*" ${all}`,
    );
    await this.bao.call('PUT', 'sys/policies/acl/sync', { policy: policy.join('\n') });
    await this.bao.call('POST', 'auth/jwt/role/sync', {
      role_type: 'jwt',
      user_claim: 'sub',
      bound_audiences: ['openbao'],
      bound_subject: `system:serviceaccount:pay:${account}`,
      policies: ['sync'],
      token_type: 'batch',
      token_ttl: '5m',
    });
  }
}
