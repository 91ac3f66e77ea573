import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Callers, type Case, type Door, doors } from '../../support/door.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { auditEventsOf } from '../../support/secrets-world.js';
import { seedSecret } from '../../support/seed.js';
import { eventually, virtual } from '../../support/tokens-world.js';
import { Workloads, podSpecs } from './workloads.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const roles = {
  owner: [allOfSecrets],
  reader: [{ verbs: ['get'], resources: ['secrets'] }],
  viewer: [virtual('secretmetadata', 'get', 'list')],
  auditor: [virtual('auditevents', 'list')],
  nobody: [{ verbs: ['get'], resources: ['configmaps'] }],
} as const;

type Role = keyof typeof roles;

const longAgo = new Date(Date.now() - 60 * 60_000);
/** Of a node whose clock is ahead, or that took the Pod when the Secret was there for a while. */
const later = new Date(Date.now() + 60 * 60_000);
const word: Readonly<Record<string, string>> = {
  env: 'ENV',
  volume: 'VOLUME',
  subPath: 'SUB_PATH',
  imagePull: 'IMAGE_PULL',
};

let installation: TestInstallation;
let callers: Callers;
let workloads: Workloads;

beforeAll(async () => {
  const namespaces = { served: ['pay'], scope: 'cluster' };
  installation = await TestInstallation.start({ namespaces });
  const [url = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  const tokens: Record<string, string> = {};
  for (const role of Object.keys(roles) as Role[]) {
    tokens[role] = await installation.user('pay', role, roles[role]);
  }
  callers = { url, tokens };
  workloads = new Workloads(installation.cluster, 'pay');
  await makeConsumers('db');
  // After the Pods: a Pod that the cluster creates in a later second would have its version.
  await seedSecret(installation, 'pay', 'db', { password: 'the-value' });
});
afterAll(() => installation?.stop());

async function makeConsumers(secret: string): Promise<void> {
  const env = podSpecs.env(secret);
  const made = await workloads.workload('Deployment', 'web', env);
  const owner = { kind: 'Deployment', made };
  const set = await workloads.workload('ReplicaSet', 'web-1', env, { owner });
  const ofSet = { owner: { kind: 'ReplicaSet', made: set } };
  await workloads.pod('web-1-old', env, { startedAt: longAgo, ...ofSet });
  await workloads.pod('web-1-new', env, { startedAt: later, ...ofSet });
  await workloads.workload('StatefulSet', 'store', podSpecs.volume(secret));
  await workloads.workload('DaemonSet', 'agent', podSpecs.subPath(secret));
  await workloads.pod('bare', podSpecs.imagePull(secret), { startedAt: longAgo });
  await workloads.workload('Deployment', 'other', podSpecs.env('another'));
}

const consumersOfDb = [
  { kind: 'DaemonSet', name: 'agent', uses: ['subPath'], pods: 0, podsOnCurrent: 0 },
  { kind: 'Deployment', name: 'web', uses: ['env'], pods: 2, podsOnCurrent: 1 },
  { kind: 'Pod', name: 'bare', uses: ['imagePull'], pods: 1, podsOnCurrent: 1 },
  { kind: 'StatefulSet', name: 'store', uses: ['volume'], pods: 0, podsOnCurrent: 0 },
];

interface Items {
  readonly items: readonly (typeof consumersOfDb)[number][];
}

function consumers(as: Role, name = 'db', namespace = 'pay'): Case {
  const allowed = { action: 'secrets.get', outcome: 'allowed', plane: 'broker' };
  return {
    name,
    as,
    rest: {
      method: 'GET',
      path: `/v1/namespaces/${namespace}/secrets/${name}/consumers`,
      read: ({ items }: Items) =>
        items.map((item) => ({ ...item, uses: item.uses.map((use) => word[use]) })),
    },
    graphql: {
      query: `query($n: String!) { secret(namespace: "${namespace}", name: $n)
        { name consumers { kind name uses pods podsOnCurrent } } }`,
      variables: { n: name },
      field: 'secret',
      read: (secret: { readonly consumers: unknown }) => secret.consumers,
    },
    expect: { event: allowed },
  };
}

const eventsOf = (auditId: string) =>
  eventually(async () => {
    const auditor = new RestCaller(installation.gateway.fastify, callers.tokens['auditor'] ?? '');
    const all = await auditEventsOf(auditor, 'pay');
    const ours = all.filter((event) => event.auditId === auditId || event.parentId === auditId);
    if (ours.length === 0) throw new Error('no event yet');
    return ours;
  });

describe.each(doors)('consumers over $name', (door: Door) => {
  it.each<Role>(['reader', 'viewer'])('are shown to a %s, and are on record', async (role) => {
    const outcome = await door.call(callers, consumers(role));
    const shown = consumersOfDb.map((one) => ({ ...one, uses: one.uses.map((use) => word[use]) }));
    expect(outcome.data).toEqual(shown);
    expect(outcome.text).not.toContain('the-value');
    expect(await eventsOf(outcome.auditId)).toContainEqual(
      expect.objectContaining({
        ...{ user: `system:serviceaccount:pay:${role}`, secret: 'db', keys: [] },
        ...{ action: 'secrets.get', outcome: 'allowed', plane: 'broker' },
      }),
    );
  });

  it.each(['db', 'absent'])('are denied to others, whether %s is there or not', async (name) => {
    const outcome = await door.call(callers, consumers('nobody', name));
    expect(outcome.code).toBe('Forbidden');
    expect(JSON.stringify(outcome.data)).toContain('cannot get resource \\"secrets\\"');
    expect(await eventsOf(outcome.auditId)).toMatchObject([{ outcome: 'denied', code: 403 }]);
  });

  it('are of no Secret that is not there', async () => {
    const outcome = await door.call(callers, consumers('viewer', 'absent'));
    expect(outcome.code).toBe('NotFound');
  });

  it('are none where nobody references the Secret', async () => {
    const name = `unused-${door.name.toLowerCase()}`;
    await seedSecret(installation, 'pay', name, { password: 'the-value' });
    expect((await door.call(callers, consumers('viewer', name))).data).toEqual([]);
  });
});

describe('consumers', () => {
  const rest = (role: Role) => new RestCaller(installation.gateway.fastify, tokenOf(role));
  const tokenOf = (role: Role) => callers.tokens[role] ?? '';
  const path = (name: string) => `/v1/namespaces/pay/secrets/${name}/consumers`;

  it('have, with the Secret, another version: all of their Pods are behind', async () => {
    await seedSecret(installation, 'pay', 'moved', { password: 'the-value' });
    await workloads.pod('moved-a', podSpecs.env('moved'), { startedAt: new Date() });
    await eventually(async () => {
      const stringData = { password: String(Math.random()) };
      await rest('owner').put('/v1/namespaces/pay/secrets/moved', { stringData });
      const { body } = await rest('reader').get(path('moved'));
      expect(body.items).toMatchObject([{ name: 'moved-a', pods: 1, podsOnCurrent: 0 }]);
    });
  });

  it('need the broker: 422 in a namespace that is not served', async () => {
    const namespace = 'unserved';
    await installation.cluster.request('POST', '/api/v1/namespaces', {
      ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
    await installation.grant(namespace, 'reader', roles.reader, 'pay');
    await eventually(async () => {
      const answer = await rest('reader').get(`/v1/namespaces/${namespace}/secrets/x/consumers`);
      expect(answer.body).toMatchObject({ status: 422, code: 'Invalid' });
      expect(answer.body.errors).toMatchObject([{ pointer: '/path/namespace' }]);
    });
  });

  it('are refused with a parameter that there is not', async () => {
    const answer = await rest('reader').get(`${path('db')}?limit=1`);
    expect(answer.body).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  it('are a field of what is listed, with an event for each Secret', async () => {
    const query = `{ secrets(filter: { namespaces: ["pay"] })
      { nodes { name consumers { kind name } } } }`;
    const answer = await rest('viewer').post('/graphql', { query });
    const { data } = JSON.parse(answer.text) as {
      data: { secrets: { nodes: { name: string; consumers: { name: string }[] }[] } };
    };
    const byName = new Map(data.secrets.nodes.map((node) => [node.name, node.consumers]));
    expect(byName.get('db')?.map(({ name }) => name)).toEqual(
      consumersOfDb.map(({ name }) => name),
    );
    expect(byName.size).toBeGreaterThan(1);
    const all = await partOf(installation.gateway, AuditService).list({});
    const id = answer.headers['audit-id'];
    const events = all.items.filter((event) => event.parentId === id);
    const about = events.filter(({ action }) => action === 'secrets.get');
    expect(new Set(about.map(({ secret }) => secret))).toEqual(new Set(byName.keys()));
    expect(about).toHaveLength(byName.size);
  });
});
