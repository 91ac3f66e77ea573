import { ServedNamespaces } from '../../src/access/domain/served-namespaces.js';
import { NoCache, SecretCache } from '../../src/secrets/domain/cache/secret-cache.js';
import { partOf } from './part-of.js';
import type { NamespaceView } from '../../src/secrets/domain/cache/namespace-view.js';
import { RestCaller } from './rest-caller.js';
import { eventually } from './tokens-world.js';
import { type Rule, TestInstallation, allOfSecrets } from './gateway.js';

/** A Secret as the API server has it. */
export interface KubeSecret {
  readonly type: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly object[];
  };
}

/** What a seeded Secret has beside its name. */
export interface Seed {
  readonly type?: string;
  readonly immutable?: boolean;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata?: object;
}

export interface AuditEvent {
  readonly id: string;
  readonly user: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly namespace?: string;
  readonly secret?: string;
  readonly keys: readonly string[];
  readonly plane: string;
  readonly auditId: string;
  readonly parentId?: string;
  readonly credentialId?: string;
}

export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
export const requireIfMatch = 'sallyport.dev/require-if-match';

/** Rights whose holders get different answers to a write. */
export const rights = {
  owner: [allOfSecrets],
  writer: [{ verbs: ['create', 'update', 'patch', 'delete'], resources: ['secrets'] }],
  creator: [{ verbs: ['create'], resources: ['secrets'] }],
  updater: [{ verbs: ['update'], resources: ['secrets'] }],
  reader: [{ verbs: ['get'], resources: ['secrets'] }],
  lister: [{ verbs: ['list'], resources: ['secrets'] }],
  auditor: [{ verbs: ['list'], apiGroups: ['sallyport.dev'], resources: ['auditevents'] }],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const satisfies Record<string, readonly Rule[]>;

type Role = keyof typeof rights;

/** One served namespace with the callers that a spec needs. */
export class SecretsWorld<R extends Role> {
  readonly installation: TestInstallation;
  readonly namespace: string;
  readonly path: string;
  readonly tokens: Readonly<Record<R, string>>;

  private constructor(
    installation: TestInstallation,
    namespace: string,
    tokens: Readonly<Record<R, string>>,
  ) {
    this.installation = installation;
    this.namespace = namespace;
    this.path = `/v1/namespaces/${namespace}/secrets`;
    this.tokens = tokens;
  }

  static async start<R extends Role>(
    namespace: string,
    roles: readonly R[],
  ): Promise<SecretsWorld<R>> {
    const installation = await TestInstallation.start();
    try {
      return await SecretsWorld.in(installation, namespace, roles);
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** A further namespace of a running installation. */
  static async in<R extends Role>(
    installation: TestInstallation,
    namespace: string,
    roles: readonly R[],
  ): Promise<SecretsWorld<R>> {
    await installation.serve(namespace);
    const tokens: Partial<Record<R, string>> = {};
    for (const role of roles) {
      tokens[role] = await installation.user(namespace, role, rights[role]);
    }
    // Every role of the type has been given its token above.
    return new SecretsWorld(installation, namespace, tokens as Record<R, string>);
  }

  as(role: R): RestCaller {
    return new RestCaller(this.installation.gateway.fastify, this.tokens[role]);
  }

  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Creates a Secret past the gateway. */
  async seed(name: string, seed: Seed = {}): Promise<KubeSecret> {
    const answer = await this.installation.cluster.request<KubeSecret>(
      'POST',
      `/api/v1/namespaces/${this.namespace}/secrets`,
      { apiVersion: 'v1', kind: 'Secret', ...seed, metadata: { ...seed.metadata, name } },
    );
    if (answer.status !== 201) throw new Error(`not seeded: ${JSON.stringify(answer.body)}`);
    await this.seen(answer.body);
    return answer.body;
  }

  /** Waits until reads of the gateway show this state of a Secret, or a later one. */
  async seen({ metadata: { name, resourceVersion } }: KubeSecret): Promise<void> {
    await followed(this.installation, this.namespace, (view) => {
      const version = BigInt(view.get(name)?.resourceVersion ?? 0);
      return version >= BigInt(resourceVersion);
    });
  }

  /** The Secret as it is in the cluster; undefined where there is none. */
  async stored(name: string): Promise<KubeSecret | undefined> {
    const path = `/api/v1/namespaces/${this.namespace}/secrets/${name}`;
    const answer = await this.installation.cluster.request<KubeSecret>('GET', path);
    return answer.status === 404 ? undefined : answer.body;
  }

  /** The Secret's values as text. */
  async values(name: string): Promise<Record<string, string> | undefined> {
    const secret = await this.stored(name);
    const entries = Object.entries(secret?.data ?? {});
    return secret && Object.fromEntries(entries.map(([key, value]) => [key, fromBase64(value)]));
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }
}

/**
 * Waits until the gateway reads a namespace from its cache, and that is as a test wants it; not at
 * all where reads are strong.
 */
export async function followed(
  { gateway }: TestInstallation,
  namespace: string,
  isSo: (view: NamespaceView) => boolean = () => true,
): Promise<void> {
  const isServed = partOf(gateway, ServedNamespaces).isServed(namespace);
  const cache = partOf(gateway, SecretCache);
  if (cache instanceof NoCache || !isServed) return;
  await eventually(async () => {
    const view = await cache.view(namespace);
    if (view === undefined || !isSo(view)) throw new Error(`${namespace} is not seen yet`);
  });
}

/** Events about a Secret, newest first, as an auditor sees them over REST. */
export async function auditEventsOf(
  auditor: RestCaller,
  namespace: string,
  query = '',
): Promise<readonly AuditEvent[]> {
  const answer = await auditor.get(`/v1/audit/events?namespace=${namespace}${query}`);
  if (answer.status !== 200) throw new Error(`no audit events: ${answer.text}`);
  return answer.body.items as unknown as readonly AuditEvent[];
}

export function etagOf({ metadata }: KubeSecret): string {
  return `"${metadata.uid}.${metadata.resourceVersion}"`;
}

export function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function fromBase64(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
