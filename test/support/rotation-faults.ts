import { passwordPolicy, type RotatedServer } from './rotation-servers.js';
import { RotationWorld, type RunBody } from './rotation-world.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** A rotation of a user of a server, and what works before anything goes wrong. */
export interface Prepared {
  /** Of the Secret and its policy. */
  readonly name: string;
  readonly server: RotatedServer;
  readonly username: string;
  readonly password: string;
}

export interface Preparation {
  readonly strategy?: 'alternatingUsers' | 'singleUser' | 'dual';
  /** Members of the target in place of its own. */
  readonly target?: object;
  /** What the Secret says the user is. */
  readonly named?: string;
}

/** What an event says of a run. */
export interface RunEvent {
  readonly run: string | undefined;
  readonly step: string | undefined;
  readonly state: string | undefined;
  readonly reason: string | undefined;
}

/** Rotations in one namespace, each of a user of its own, and what is on record of them. */
export class RotationFaults {
  readonly world: RotationWorld;
  readonly #auditor: string;

  private constructor(world: RotationWorld, auditor: string) {
    this.world = world;
    this.#auditor = auditor;
  }

  static async start(
    namespace: string,
    overrides: Record<string, unknown> = {},
  ): Promise<RotationFaults> {
    const world = await RotationWorld.start(namespace, overrides);
    const auditor = await world.installation.user(namespace, 'auditor', []);
    await mayReadLog(world, 'auditor');
    return new RotationFaults(world, auditor);
  }

  /** A user that is let in, the Secret with its password, and a policy. */
  async prepare(
    name: string,
    server: RotatedServer,
    { strategy = 'singleUser', target, named }: Preparation = {},
  ): Promise<Prepared> {
    const forEachInBatches = strategy === 'alternatingUsers';
    const username = forEachInBatches ? `${name}_a` : name;
    // What rules for passwords ask for.
    const password = `First-Password-1-of-${name}`;
    await server.createUser(username, password);
    await this.world.seed(name, { username: named ?? username, password, other: 'kept' });
    const users = forEachInBatches ? { usernames: [username, `${name}_b`] } : { username };
    const spec = passwordPolicy(server.target({ ...users, ...target }), { strategy });
    await this.world.rotate(name, spec);
    return { name, server, username, password };
  }

  /** Waits for the end of a run. */
  async ended(name: string, { id }: Pick<RunBody, 'id'>): Promise<RunBody> {
    const path = `${this.world.at(name)}/rotation/runs/${id}?waitSeconds=100`;
    return (await this.world.as('owner').get(path)).body as unknown as RunBody;
  }

  secretPath(name: string): string {
    return `/api/v1/namespaces/${this.world.namespace}/secrets/${name}`;
  }

  /** As a user of the cluster, past the gateway. */
  async change(name: string, patch: object): Promise<void> {
    const { cluster } = this.world.installation;
    const { status } = await cluster.request('PATCH', this.secretPath(name), patch);
    if (status !== 200) throw new Error(`not changed: ${status}`);
  }

  async delete(name: string): Promise<void> {
    const { cluster } = this.world.installation;
    const { status } = await cluster.request('DELETE', this.secretPath(name));
    if (status !== 200) throw new Error(`not deleted: ${status}`);
  }

  /** What the events of the log say of runs, by their annotations. */
  async runEvents(): Promise<readonly RunEvent[]> {
    const { fastify } = this.world.installation.gateway;
    const answer = await fastify.inject({
      url: '/v1/audit/export?format=json',
      headers: { authorization: `Bearer ${this.#auditor}` },
    });
    if (answer.statusCode !== 200) throw new Error(`no export: ${answer.body}`);
    return answer.body.trimEnd().split('\n').map(runEventOf);
  }

  stop(): Promise<void> {
    return this.world.stop();
  }
}

function runEventOf(line: string): RunEvent {
  const { annotations = {} } = JSON.parse(line) as { annotations?: Record<string, string> };
  const fact = (name: string): string | undefined => annotations[`sallyport.dev/rotation-${name}`];
  return { run: fact('run'), step: fact('step'), state: fact('state'), reason: fact('reason') };
}

async function mayReadLog({ installation, namespace }: RotationWorld, name: string): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const metadata = { name: `log-${name}` };
  await installation.cluster.request('POST', `${rbac}/clusterroles`, {
    ...{ apiVersion, kind: 'ClusterRole', metadata },
    rules: [{ apiGroups: ['sallyport.dev'], resources: ['auditlogs'], verbs: ['get'] }],
  });
  await installation.cluster.request('POST', `${rbac}/clusterrolebindings`, {
    ...{ apiVersion, kind: 'ClusterRoleBinding', metadata },
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
}
