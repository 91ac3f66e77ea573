import { RestCaller, type AnswerBody, type RestAnswer } from './rest-caller.js';
import { type Rule, TestInstallation, allOfSecrets } from './gateway.js';
import { type AuditEvent, type Seed, auditEventsOf } from './secrets-world.js';
import { eventually, virtual } from './tokens-world.js';

const versions = (...verbs: string[]) => virtual('secretversions', ...verbs);
const restore = virtual('secretversions/restore', 'create');

/** Each right by itself, and those of an owner. */
export const versionRoles = {
  owner: [
    allOfSecrets,
    versions('get', 'list', 'update', 'delete'),
    restore,
    virtual('secretversions/destroy', 'create'),
    virtual('secretversions/restore-retired', 'create'),
  ],
  reader: [{ verbs: ['get'], resources: ['secrets'] }],
  writer: [{ verbs: ['create', 'update', 'patch', 'delete'], resources: ['secrets'] }],
  lister: [versions('list')],
  getter: [versions('get')],
  restorer: [restore],
  namer: [versions('update')],
  remover: [versions('delete')],
  destroyer: [virtual('secretversions/destroy', 'create')],
  auditor: [virtual('auditevents', 'list')],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const satisfies Record<string, readonly Rule[]>;

export type VersionRole = keyof typeof versionRoles;

/** A version as REST shows it. */
export interface VersionBody {
  readonly version: number;
  readonly state: string;
  readonly aliases: readonly string[];
  readonly createdBy: string | null;
  readonly door: string;
  readonly reason: string | null;
  readonly auditId: string | null;
  readonly keys: readonly { readonly name: string; readonly version: number }[];
}

/** A served namespace whose Secrets have histories, and callers with one right each. */
export class VersionsWorld {
  readonly installation: TestInstallation;
  readonly namespace: string;
  readonly url: string;
  readonly tokens: Readonly<Record<VersionRole, string>>;

  private constructor(
    installation: TestInstallation,
    namespace: string,
    given: {
      readonly url: string;
      readonly tokens: Readonly<Record<VersionRole, string>>;
    },
  ) {
    this.installation = installation;
    this.namespace = namespace;
    this.url = given.url;
    this.tokens = given.tokens;
  }

  static async start(
    namespace: string,
    overrides: Record<string, unknown> = {},
  ): Promise<VersionsWorld> {
    const installation = await TestInstallation.start(overrides);
    try {
      const [url = ''] = await installation.gateway.listen();
      await installation.serve(namespace);
      const tokens = await tokensIn(installation, namespace);
      const world = new VersionsWorld(installation, namespace, { url, tokens });
      await world.followed();
      return world;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  as(role: VersionRole): RestCaller {
    return new RestCaller(this.installation.gateway.fastify, this.tokens[role]);
  }

  get path(): string {
    return `/v1/namespaces/${this.namespace}/secrets`;
  }

  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Writes one version after the other; resolves with the number of the last. */
  async write(name: string, ...values: readonly Record<string, string>[]): Promise<number> {
    let number = 0;
    for (const stringData of values) {
      const answer = await this.as('owner').put(this.at(name), { stringData });
      number = versionIn(answer);
    }
    return number;
  }

  /** Makes a Secret behind the gateway's back; resolves once it has a version. */
  async seed(name: string, seed: Seed): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/secrets`;
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      ...seed,
      metadata: { ...seed.metadata, name },
    };
    const answer = await this.installation.cluster.request('POST', path, body);
    if (answer.status !== 201) throw new Error(`not seeded: ${JSON.stringify(answer.body)}`);
    await eventually(async () => {
      const { length } = await this.versions(name);
      if (length === 0) throw new Error('it has no version yet');
    });
  }

  /** Newest first. */
  async versions(name: string): Promise<readonly VersionBody[]> {
    const answer = await this.as('owner').get(`${this.at(name)}/versions`);
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw new Error(`no versions: ${answer.text}`);
    return answer.body.items as unknown as readonly VersionBody[];
  }

  /** The values that the cluster has; undefined where there is no such Secret. */
  async stored(name: string): Promise<Record<string, string> | undefined> {
    const path = `/api/v1/namespaces/${this.namespace}/secrets/${name}`;
    const answer = await this.installation.cluster.request<{ data?: Record<string, string> }>(
      'GET',
      path,
    );
    if (answer.status === 404) return undefined;
    const entries = Object.entries(answer.body.data ?? {});
    return Object.fromEntries(
      entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  /** Events of a call and of its parts. */
  async eventsOf(auditId: string | undefined): Promise<readonly AuditEvent[]> {
    const events = await auditEventsOf(this.as('auditor'), this.namespace);
    return events.filter((event) => event.auditId === auditId || event.parentId === auditId);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }

  /** Until a write is answered with its version. */
  private async followed(): Promise<void> {
    await eventually(async () => {
      const value = String(Math.random());
      versionIn(await this.as('owner').put(this.at('first'), { stringData: { value } }));
    });
  }
}

async function tokensIn(
  installation: TestInstallation,
  namespace: string,
): Promise<Record<VersionRole, string>> {
  const tokens: Partial<Record<VersionRole, string>> = {};
  for (const role of Object.keys(versionRoles) as VersionRole[]) {
    tokens[role] = await installation.user(namespace, role, versionRoles[role]);
  }
  // Every role of the table has been given its token above.
  return tokens as Record<VersionRole, string>;
}

/** The version that a write says it led to. */
export function versionIn(answer: RestAnswer): number {
  const { version } = answer.body as AnswerBody & { readonly version?: number | null };
  if (typeof version !== 'number') throw new Error(`no version: ${answer.status} ${answer.text}`);
  return version;
}
