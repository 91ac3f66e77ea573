import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles } from '../../cluster/manifests.js';
import { gatewayCaller } from '../../../src/core/gateway-accounts.js';
import { passwordPolicy, RotatedServer } from '../../support/rotation-servers.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { Workloads } from '../consumers/workloads.js';
import { ConsumersService } from '../../../src/consumers/consumers.service.js';
import { partOf } from '../../support/part-of.js';

const secret = 'demo-dbcreds';
const key = 'mongodb-root-password';
const deployment = '/apis/apps/v1/namespaces/tutorial/deployments/mongodb';

interface StoredDeployment {
  readonly metadata: { readonly generation: number };
  readonly spec: {
    readonly template: { readonly metadata: { annotations?: Record<string, string> } };
  };
}

/** As in the tutorial: the Secret is an environment variable and a volume. */
const podSpec = {
  containers: [
    {
      name: 'mongodb',
      image: 'registry.example/mongodb',
      env: [{ name: 'MONGODB_ROOT_PASSWORD', valueFrom: { secretKeyRef: { name: secret, key } } }],
      volumeMounts: [{ name: 'credentials', mountPath: '/etc/credentials' }],
    },
  ],
  volumes: [{ name: 'credentials', secret: { secretName: secret } }],
};

describe('the root password of the tutorial', () => {
  const first = 'prom-operator-first-password';
  let world: RotationWorld;
  let server: RotatedServer;

  beforeAll(async () => {
    [world, server] = await Promise.all([
      RotationWorld.start('tutorial'),
      RotatedServer.start('mongodb'),
    ]);
    const { cluster } = world.installation;
    const restarts = 'deploy/rbac/constrained/restarts.yaml';
    await applyFiles(cluster, restarts, world.namespace);
    await server.createUser('root', first);
    await world.seed(server.caSecret, { 'ca.crt': server.server.ca });
    await world.seed(secret, { [key]: first });
    const workloads = new Workloads(cluster, world.namespace);
    await workloads.workload('Deployment', 'mongodb', podSpec);
    await workloads.workload('Deployment', 'bystander', {
      containers: podSpec.containers.map(({ name, image }) => ({ name, image })),
    });
  });

  afterAll(async () => {
    await server?.stop();
    await world?.stop();
  });

  async function stored(path = deployment): Promise<StoredDeployment> {
    return (await world.installation.cluster.request<StoredDeployment>('GET', path)).body;
  }

  const annotations = async () => (await stored()).spec.template.metadata.annotations;
  const generation = async () => (await stored()).metadata.generation;
  const password = async () => (await world.stored(secret))[key] ?? '';

  it('is rotated by itself, and the Deployment that has it restarts exactly once', async () => {
    const target = server.target({
      username: 'root',
      usernameKey: undefined,
      passwordKey: key,
      adminSecret: { name: secret, username: 'root', passwordKey: key },
      allowPrivileged: true,
    });
    const generate = [{ key, password: { length: 32 } }];
    const consumers = { restart: 'auto', wait: false };
    await world.rotate(
      secret,
      passwordPolicy(target, { generate, consumers, strategy: 'singleUser' }),
    );
    const before = await generation();

    const run = await world.runThrough(secret);

    expect(run).toMatchObject({ state: 'succeeded' });
    expect(await server.letsIn('root', first)).toBe(false);
    expect(await server.letsIn('root', await password())).toBe(true);
    expect(await annotations()).toEqual({
      'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^\d{4}-.*Z$/),
      'sallyport.dev/restarted-for': run.id,
    });
    expect(await generation()).toBe(before + 1);
    expect((await stored(deployment.replace('/mongodb', '/bystander'))).metadata.generation).toBe(
      1,
    );
  });

  it('is not rotated twice by one request, nor is anything restarted twice for one run', async () => {
    const path = `${world.at(secret)}/rotation/runs`;
    const once = { 'idempotency-key': 'the same request' };
    const [begun, repeated] = [
      await world.as('owner').post(path, {}, once),
      await world.as('owner').post(path, {}, once),
    ];
    const { id } = begun.body as unknown as { readonly id: string };
    expect(repeated.body).toMatchObject({ id });
    const ended = await world.as('owner').get(`${path}/${id}?waitSeconds=60`);
    expect(ended.body).toMatchObject({ state: 'succeeded' });
    const after = await stored();
    expect(after.metadata.generation).toBe(3);
    // What the step does that is done again after a crash.
    const ctx = gatewayCaller('sallyport', 'sallyport-broker');
    const call = { ctx, trace: { plane: 'none' as const, upstreamIds: [] } };
    const ref = { namespace: world.namespace, name: secret };
    const consumers = partOf(world.installation.gateway, ConsumersService);
    expect(await consumers.restart(call, ref, 'auto', id)).toMatchObject({ refused: [] });
    expect(await stored()).toEqual(after);
    expect(Object.keys((await annotations()) ?? {})).toHaveLength(2);
    expect(await server.letsIn('root', await password())).toBe(true);
  });
});
