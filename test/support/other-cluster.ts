import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { expectSuccess } from '../cluster/api-failure.js';
import { type Cluster, startCluster } from '../cluster/cluster.js';
import { applyManifests, createNamespace, manifestsOf } from '../cluster/manifests.js';
import type { TestCluster } from '../cluster/test-cluster.js';
import { pageFiles } from '../docs/fenced-blocks.js';
import { eventually } from './tokens-world.js';

const page = 'docs/sync-with-another-cluster.md';
const account = 'sallyport-sync';

/** Files that the page has people write, for namespaces that tests use. */
const files = new Map(
  pageFiles(readFileSync(page, 'utf8').replaceAll(/\borders\b/g, 'pay')).map(
    ({ name, text }) => [name, text] as const,
  ),
);
const fileOf = (name: string): string => {
  const text = files.get(name);
  if (text === undefined) throw new Error(`${page} has no file ${name}`);
  return text;
};

interface AuthenticationConfiguration {
  readonly jwt: readonly {
    readonly issuer: Readonly<Record<string, unknown>> & { readonly audiences: readonly string[] };
  }[];
}

/**
 * A real API server that accepts tokens of the ServiceAccounts of another cluster, with what
 * `docs/sync-with-another-cluster.md` has its operator write: an AuthenticationConfiguration, and
 * the rights of `pay/sallyport-sync` on Secrets of namespace `team-pay`.
 */
export class OtherCluster {
  readonly cluster: Cluster;
  /** Audience of the tokens that it accepts. */
  readonly audience: string;
  readonly #dir: string;

  private constructor(parts: {
    readonly cluster: Cluster;
    readonly audience: string;
    readonly dir: string;
  }) {
    this.cluster = parts.cluster;
    this.audience = parts.audience;
    this.#dir = parts.dir;
  }

  /** `home`: the cluster of the gateway, which lets everybody read its keys from now on. */
  static async start(home: TestCluster): Promise<OtherCluster> {
    await publishKeys(home);
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-other-cluster-'));
    const given = parse(fileOf('authentication.yaml')) as AuthenticationConfiguration;
    const [jwt] = given.jwt;
    if (jwt === undefined) throw new Error('the page trusts no issuer');
    const issuer = {
      ...jwt.issuer,
      url: await issuerOf(home),
      discoveryURL: `${home.url}/.well-known/openid-configuration`,
      certificateAuthority: readFileSync(home.caFile, 'utf8'),
    };
    const path = join(dir, 'authentication.yaml');
    writeFileSync(path, stringify({ ...given, jwt: [{ ...jwt, issuer }] }));
    const cluster = await startCluster({
      issuer: 'https://other-cluster.test',
      apiServerArguments: [`--authentication-config=${path}`],
    });
    const [audience = ''] = jwt.issuer.audiences;
    const other = new OtherCluster({ cluster, audience, dir });
    await other.#prepare(home);
    return other;
  }

  get ca(): string {
    return readFileSync(this.cluster.caFile, 'utf8');
  }

  /** Path of a Secret of namespace `team-pay`. */
  path(name: string): string {
    return `/api/v1/namespaces/team-pay/secrets/${name}`;
  }

  /** Creates a Secret in namespace `team-pay`, as somebody else. */
  async create(name: string, secret: object): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...secret };
    expectSuccess(await this.cluster.request('POST', this.path(''), body));
  }

  /** Changes a Secret, as somebody else; null removes a member. */
  async patch(name: string, change: object): Promise<void> {
    expectSuccess(await this.cluster.request('PATCH', this.path(name), change));
  }

  /** The Secret as it is. */
  async secret(name: string): Promise<StoredObject> {
    return expectSuccess(await this.cluster.request<StoredObject>('GET', this.path(name))).body;
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #prepare(home: TestCluster): Promise<void> {
    await applyManifests(this.cluster, manifestsOf(fileOf('other-role.yaml')));
    const token = await home.createToken({
      ...{ namespace: 'pay', serviceAccount: account, audiences: [this.audience] },
    });
    // The keys are fetched after the start.
    await eventually(async () => {
      const { status } = await this.cluster.request('GET', this.path('none'), undefined, { token });
      if (status !== 404) throw new Error(`the token is answered with ${status}`);
    });
  }
}

/** Object of a cluster, as far as tests look at it. */
export interface StoredObject {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager: string; readonly fieldsV1: object }[];
  };
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
}

async function issuerOf(home: TestCluster): Promise<string> {
  const path = '/.well-known/openid-configuration';
  const { body } = expectSuccess(await home.request<{ readonly issuer: string }>('GET', path));
  return body.issuer;
}

/** Lets everybody read the keys, as the page has it, and makes the ServiceAccount. */
async function publishKeys(home: TestCluster): Promise<void> {
  await createNamespace(home, 'pay');
  await applyManifests(home, [
    ...manifestsOf(fileOf('discovery.yaml')),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: 'pay' } },
  ]);
}
