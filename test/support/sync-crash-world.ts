import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { applyFiles } from '../cluster/manifests.js';
import { startOpenBao, type TestOpenBao } from '../services/openbao.js';
import { type BuiltGateway, buildGateway } from './child-gateway.js';
import { TestInstallation, allOfSecrets } from './gateway.js';
import { findLeaks } from './leak-check.js';
import type { Answer } from './raw-http.js';
import { CrashGateway } from './rotation-crash-gateway.js';
import { CrashStorage } from './rotation-crash-storage.js';
import { StoreProxy } from './store-proxy.js';
import { externalStore, externalStores } from './sync-manifests.js';
import { patiently, virtual } from './tokens-world.js';

type Texts = Readonly<Record<string, string>>;

const account = 'sallyport-sync';
const namespace = 'pay';
const secretPath = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`;

/** Two gateways in processes of their own on one PostgreSQL, in front of one OpenBao. */
export class SyncCrashWorld {
  readonly proxy: StoreProxy;
  readonly gateways: readonly CrashGateway[];
  readonly storage: CrashStorage;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.proxy = parts.proxy;
    this.gateways = parts.gateways;
    this.storage = parts.storage;
  }

  static async start(): Promise<SyncCrashWorld> {
    const idle = { versions: { enabled: false }, sync: { enabled: false } };
    const [installation, built, storage, bao] = await Promise.all([
      TestInstallation.start(idle),
      buildGateway(),
      CrashStorage.start(),
      startOpenBao(),
    ]);
    const proxy = await StoreProxy.start(bao.server);
    await installation.serve(namespace);
    const token = await installation.user(namespace, 'author', [
      allOfSecrets,
      virtual('secretsyncs', 'get', 'list', 'create', 'update', 'patch'),
      virtual('secretsyncs/run', 'create'),
      virtual('secretversions', 'get', 'list'),
      { ...virtual('externalstores', 'use'), resourceNames: ['vault'] },
      { resources: ['serviceaccounts/token'], resourceNames: [account], verbs: ['create'] },
    ]);
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-sync-crash-'));
    const allow = [{ host: bao.server.host, addresses: ['127.0.0.0/8'] }];
    const settings = { sync: { egress: { allow } }, versions: { limit: 10_000 } };
    const gateways: CrashGateway[] = [];
    for (const name of ['one', 'other']) {
      const parts = { installation, token, storage, settings, main: built.main };
      gateways.push(await CrashGateway.start({ ...parts, dir: join(dir, name) }));
    }
    const parts = { installation, built, storage, bao, proxy, gateways, dir };
    const world = new SyncCrashWorld(parts);
    await world.#prepare();
    return world;
  }

  /** Repeats a request of the author until a gateway that runs has carried it out. */
  async ask(path: string, method: string, body?: object): Promise<Answer> {
    return patiently(async () => {
      for (const gateway of this.gateways) {
        const more = { method, ...(body !== undefined && { body }) };
        const answer = await gateway.ask(path, more).catch(() => undefined);
        if (answer !== undefined && answer.status < 300) return answer;
        if (answer !== undefined) throw new Error(`${method} ${path}: ${answer.text}`);
      }
      throw new Error('no gateway runs');
    });
  }

  async sync(name: string, change: object): Promise<void> {
    const remote = { name };
    const place = { secretName: name, storeName: 'vault', serviceAccountName: account, remote };
    const spec = { ...place, direction: 'both', ...change };
    await this.ask(`/v1/namespaces/${namespace}/syncs/${name}`, 'PUT', spec);
  }

  async stateOf(name: string): Promise<unknown> {
    const answer = await this.ask(`/v1/namespaces/${namespace}/syncs/${name}`, 'GET');
    return answer.json()['state'];
  }

  /** Creates a Secret in the cluster. */
  async createSecret(name: string, stringData: Texts): Promise<void> {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
    const base = `/api/v1/namespaces/${namespace}/secrets`;
    const { status } = await this.#cluster.request('POST', base, secret);
    if (status !== 201) throw new Error(`the Secret was not created: ${status}`);
  }

  /** Writes one key of a Secret past the gateway. */
  async patchSecret(name: string, stringData: Texts): Promise<void> {
    const { status } = await this.#cluster.request('PATCH', secretPath(name), { stringData });
    if (status !== 200) throw new Error(`the Secret was not written: ${status}`);
  }

  /** Values of a Secret, and its version. */
  async secret(name: string): Promise<{ readonly values: Texts; readonly version: string }> {
    const { body } = await this.#cluster.request<{
      readonly metadata: { readonly resourceVersion: string };
      readonly data: Texts;
    }>('GET', secretPath(name));
    const texts = Object.entries(body.data).map(([key, value]) => {
      return [key, Buffer.from(value, 'base64').toString()] as const;
    });
    return { values: Object.fromEntries(texts), version: body.metadata.resourceVersion };
  }

  /** Replaces one key in the store, with a condition on its version; repeats it if it fails. */
  async patchRemote(name: string, change: Texts): Promise<void> {
    await patiently(async () => {
      const { values, version } = await this.remote(name);
      const data = { ...values, ...change };
      await this.#parts.bao.call('POST', this.#remotePath(name), {
        ...{ options: { cas: version }, data },
      });
    });
  }

  async remote(name: string, version?: number) {
    const query = version === undefined ? '' : `?version=${version}`;
    const { data } = (await this.#parts.bao.call('GET', `${this.#remotePath(name)}${query}`)) as {
      readonly data: { readonly data: Texts; readonly metadata: { readonly version: number } };
    };
    return { values: data.data, version: data.metadata.version };
  }

  /** Keeps as many versions of a secret in the store as KV v2 can. */
  async keepVersions(name: string, count: number): Promise<void> {
    const path = `secret/metadata/k8s/${namespace}/${name}`;
    await this.#parts.bao.call('POST', path, { max_versions: count });
  }

  /** All values that the store has had of a secret. */
  async remoteHistory(name: string): Promise<ReadonlySet<string>> {
    const { version: last } = await this.remote(name);
    const seen = new Set<string>();
    for (let version = 1; version <= last; version += 1) {
      const { values } = await this.remote(name, version);
      for (const value of Object.values(values)) seen.add(value);
    }
    return seen;
  }

  /** All values that the history of the gateway has of a Secret. */
  async secretHistory(name: string): Promise<ReadonlySet<string>> {
    const base = `/v1/namespaces/${namespace}/secrets/${name}/versions`;
    const seen = new Set<string>();
    let next: string | undefined;
    do {
      const query = next === undefined ? '' : `&continue=${encodeURIComponent(next)}`;
      const page = (await this.ask(`${base}?limit=100${query}`, 'GET')).json<{
        readonly items: readonly { readonly version: number }[];
        readonly continue?: string | null;
      }>();
      for (const { version } of page.items) {
        const path = `/v1/namespaces/${namespace}/secrets/${name}?version=${version}&format=json`;
        const values = (await this.ask(path, 'GET')).json<Texts>();
        for (const value of Object.values(values)) seen.add(value);
      }
      next = page.continue ?? undefined;
    } while (next !== undefined);
    return seen;
  }

  /** `kill -9` of a replica, which starts again after a pause. */
  async kill(index: number, downMs: number): Promise<void> {
    const gateway = this.gateways[index];
    if (gateway === undefined) throw new Error(`no gateway ${index}`);
    await gateway.kill();
    await pause(downMs);
    await gateway.startAgain();
  }

  /** Ends everything; throws if a value is in a file of a gateway. */
  async stop(): Promise<void> {
    const { installation, built, storage, bao, proxy, dir } = this.#parts;
    try {
      for (const gateway of this.gateways) {
        await gateway.end();
        const leaks = await findLeaks(this.#cluster, [], gateway.dataDir);
        if (leaks.length > 0) throw new Error(`values leaked: ${leaks.join('; ')}`);
      }
    } finally {
      await proxy.stop();
      await bao.server.stop();
      await installation.stop();
      await storage.stop();
      built.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  }

  get #cluster() {
    return this.#parts.installation.cluster;
  }

  #remotePath(name: string): string {
    return `secret/data/k8s/${namespace}/${name}`;
  }

  async #prepare(): Promise<void> {
    const cluster = this.#cluster;
    const { bao, proxy } = this.#parts;
    await cluster.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } },
    });
    await applyFiles(cluster, 'deploy/rbac/constrained/sync-token.yaml', namespace);
    await this.createSecret('bao-ca', { 'ca.crt': bao.server.ca });
    await letIn(bao, cluster);
    const openbao = {
      url: proxy.url,
      caSecret: { namespace, name: 'bao-ca' },
      auth: { jwt: { role: 'sync', audience: 'openbao' } },
    };
    const prefix = 'k8s/{namespace}/';
    const allow = [{ namespaces: [namespace], prefix, directions: ['push', 'pull'] }];
    await patiently(async () => {
      const store = externalStore('vault', { openbao, allow, poll: '10s' });
      const { status } = await cluster.request('POST', externalStores, store);
      if (status !== 201 && status !== 409) throw new Error(`no store: ${status}`);
    });
  }
}

/** Lets ServiceAccounts of the cluster log in. */
async function letIn(bao: TestOpenBao, cluster: TestInstallation['cluster']): Promise<void> {
  const { body: discovery } = await cluster.request('GET', '/.well-known/openid-configuration');
  const { body: jwks } = await cluster.request('GET', '/openid/v1/jwks');
  const keys = (jwks as { keys: JsonWebKey[] }).keys.map((key) =>
    createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
  );
  await bao.call('POST', 'sys/auth/jwt', { type: 'jwt' });
  await bao.call('POST', 'auth/jwt/config', {
    jwt_validation_pubkeys: keys,
    bound_issuer: (discovery as { issuer: string }).issuer,
  });
  const all = '{ capabilities = ["create", "read", "update", "patch", "list"] }';
  const policy = ['data', 'metadata', 'detailed-metadata'].map(
    (of) => `path "secret/${of}/k8s/*" ${all}`,
  );
  await bao.call('PUT', 'sys/policies/acl/sync', { policy: policy.join('\n') });
  await bao.call('POST', 'auth/jwt/role/sync', {
    ...{ role_type: 'jwt', user_claim: 'sub', bound_audiences: ['openbao'] },
    ...{ policies: ['sync'], token_type: 'batch', token_ttl: '5m' },
  });
}

interface Parts {
  readonly installation: TestInstallation;
  readonly built: BuiltGateway;
  readonly storage: CrashStorage;
  readonly bao: TestOpenBao;
  readonly proxy: StoreProxy;
  readonly gateways: readonly CrashGateway[];
  readonly dir: string;
}
