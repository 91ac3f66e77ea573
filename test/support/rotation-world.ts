import { type RotationPolicyWrite, Sallyport } from '../../packages/client/src/index.js';
import { TestInstallation, allOfSecrets, type Rule } from './gateway.js';
import { RestCaller } from './rest-caller.js';
import { rotationsIn, secretRotation } from './rotation-manifests.js';
import { type AuditEvent, auditEventsOf } from './secrets-world.js';
import { eventually, patiently, virtual } from './tokens-world.js';

const policies = (...verbs: string[]) => virtual('secretrotations', ...verbs);
const runs = virtual('secretrotations/run', 'create');
const workloads: Rule = {
  apiGroups: ['apps'],
  resources: ['deployments', 'statefulsets', 'daemonsets'],
  verbs: ['get', 'list', 'patch'],
};

/** Each right by itself, and those of an owner. */
export const rotationRoles = {
  owner: [
    allOfSecrets,
    policies('get', 'list', 'create', 'update', 'patch', 'delete'),
    runs,
    virtual('secretversions', 'get', 'list', 'update', 'delete'),
    virtual('secretversions/restore', 'create'),
    virtual('auditevents', 'list'),
    workloads,
  ],
  /** May write rotations, and no more of Secrets than to update them. */
  rotator: [
    policies('get', 'list', 'create', 'update', 'patch', 'delete'),
    runs,
    { verbs: ['update'], resources: ['secrets'] },
  ],
  runner: [runs],
  getter: [policies('get')],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const satisfies Record<string, readonly Rule[]>;

export type RotationRole = keyof typeof rotationRoles;

/** A run as REST shows it. */
export interface RunBody {
  readonly id: string;
  readonly state: string;
  readonly step: string;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly waitingFor?: string;
  readonly error?: { readonly reason: string; readonly message: string };
  readonly endedAt?: string;
}

interface Policy {
  readonly metadata: { readonly generation: number };
  readonly status?: Readonly<Record<string, unknown>> & {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
    }[];
  };
}

/** A served namespace in which Secrets are rotated, and callers with one right each. */
export class RotationWorld {
  readonly installation: TestInstallation;
  readonly namespace: string;
  readonly url: string;
  readonly tokens: Readonly<Record<RotationRole, string>>;

  private constructor(
    installation: TestInstallation,
    namespace: string,
    given: { readonly url: string; readonly tokens: Readonly<Record<RotationRole, string>> },
  ) {
    this.installation = installation;
    this.namespace = namespace;
    this.url = given.url;
    this.tokens = given.tokens;
  }

  static async start(
    namespace: string,
    overrides: Record<string, unknown> = {},
    profile?: string,
  ): Promise<RotationWorld> {
    const rotation = { egress: { allow: [{ host: '127.0.0.1', addresses: ['127.0.0.1/32'] }] } };
    const installation = await TestInstallation.start({ rotation, ...overrides }, profile);
    try {
      const [url = ''] = await installation.gateway.listen();
      await installation.serve(namespace);
      await canBeWritten(installation, namespace);
      const tokens: Partial<Record<RotationRole, string>> = {};
      for (const role of Object.keys(rotationRoles) as RotationRole[]) {
        tokens[role] = await installation.user(namespace, role, rotationRoles[role]);
      }
      // Every role of the table has been given its token above.
      const all = tokens as Record<RotationRole, string>;
      return new RotationWorld(installation, namespace, { url, tokens: all });
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  as(role: RotationRole): RestCaller {
    return new RestCaller(this.installation.gateway.fastify, this.tokens[role]);
  }

  /** The client for TypeScript, for what a test does on its way. */
  client(role: RotationRole = 'owner'): Sallyport {
    return new Sallyport({ baseUrl: this.url, token: this.tokens[role] });
  }

  at(name: string): string {
    return `/v1/namespaces/${this.namespace}/secrets/${name}`;
  }

  /** Makes a Secret past the gateway. */
  async seed(name: string, stringData: Readonly<Record<string, string>>, more: object = {}) {
    const path = `/api/v1/namespaces/${this.namespace}/secrets`;
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData, ...more };
    const answer = await this.installation.cluster.request('POST', path, body);
    if (answer.status !== 201) throw new Error(`not seeded: ${JSON.stringify(answer.body)}`);
  }

  /** Until history has the Secret, so that what is written next has a number. */
  async numbered(name: string): Promise<void> {
    await patiently(async () => {
      const { content } = await this.client().secrets.metadata(this.namespace, name);
      if (content.version === null) throw new Error('it has no version yet');
    });
  }

  /** Sets the policy of a Secret, which must succeed. */
  async rotate(name: string, spec: object, role: RotationRole = 'owner'): Promise<void> {
    const policy = spec as RotationPolicyWrite; // as the test means it
    await this.client(role).rotations.put(this.namespace, name, policy);
  }

  /** Begins a run, which must succeed. */
  async begin(name: string, request: object = {}): Promise<RunBody> {
    return (await this.client().rotations.start(this.namespace, name, request)).content;
  }

  async run(name: string, id: string): Promise<RunBody> {
    return (await this.client().rotations.run(this.namespace, name, id)).content;
  }

  /** Begins a run and waits for its end. */
  async runThrough(name: string, request: object = {}): Promise<RunBody> {
    const { id } = await this.begin(name, request);
    return (await this.client().rotations.ended(this.namespace, name, id)).content;
  }

  /** The values that the cluster has. */
  async stored(name: string): Promise<Record<string, string>> {
    const path = `/api/v1/namespaces/${this.namespace}/secrets/${name}`;
    const answer = await this.installation.cluster.request<{ data?: Record<string, string> }>(
      'GET',
      path,
    );
    const entries = Object.entries(answer.body.data ?? {});
    return Object.fromEntries(
      entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  async policy(name: string): Promise<Policy> {
    const group = '/apis/sallyport.dev/v1alpha1';
    const path = `${group}/namespaces/${this.namespace}/secretrotations/${name}`;
    return (await this.installation.cluster.request<Policy>('GET', path)).body;
  }

  /** Until the status says so. */
  async condition(name: string, type: string, reason: string): Promise<void> {
    await eventually(async () => {
      const { status } = await this.policy(name);
      const found = status?.conditions?.find((one) => one.type === type);
      if (found?.reason !== reason) throw new Error(`${type} is ${JSON.stringify(found)}`);
    });
  }

  /** Those of the namespace, newest first. */
  async events(): Promise<readonly AuditEvent[]> {
    return auditEventsOf(this.as('owner'), this.namespace);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }
}

/** For a while after it has come to know a kind, an API server answers 503 for its objects. */
async function canBeWritten({ cluster }: TestInstallation, namespace: string): Promise<void> {
  await eventually(async () => {
    const path = `${rotationsIn(namespace)}?dryRun=All`;
    const { status } = await cluster.request('POST', path, secretRotation('probe'));
    if (status !== 201) throw new Error(`a rotation is answered ${status}`);
  });
}
