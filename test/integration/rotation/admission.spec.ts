import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothClusters } from '../../support/test-target.js';
import { postgresql, secretRotation } from '../../support/rotation-manifests.js';
import {
  namespace,
  type Rotation,
  RotationCluster,
  rotations,
  type Rule,
  stampOf,
} from './rotation-cluster.js';

const writesRotations: Rule = [
  'create,get,update,patch,delete',
  'sallyport.dev',
  'secretrotations,secretrotations/status',
];
const writes = (...names: string[]): Rule => ['update', '', 'secrets', ...names];
const reads = (...names: string[]): Rule => ['get', '', 'secrets', ...names];

const forged = {
  'sallyport.dev/author': 'root',
  'sallyport.dev/author-groups': '["system:masters"]',
  'sallyport.dev/author-uid': '1',
};
const groupsOf = (text: string | undefined): unknown => JSON.parse(text ?? '');

describe.each(bothClusters)('rotations on %s', (_name, start) => {
  let world: RotationCluster;

  beforeAll(async () => {
    world = await RotationCluster.start(start);
  });
  afterAll(() => world?.cluster.stop());

  /** A user with rights that no other test gives away. */
  async function author(name: string, ...rules: readonly Rule[]) {
    await world.allow(name, writesRotations, ...rules);
    return world.as(name, 'team,"a"');
  }

  describe('the rights of whoever writes one', () => {
    it('must include reading the Secret whose values a target is shown', async () => {
      const alice = await author('alice-0', writes('db-0'), reads('admin-0', 'key-0'));
      const server = { host: 'db.example.com', username: 'app', adminSecret: { name: 'admin-0' } };
      const signingSecret = { name: 'key-0', key: 'key' };
      const targets = [
        postgresql('admin-0'),
        ...['mysql', 'mongodb', 'redis'].map((kind) => ({ [kind]: server })),
        { webhook: { url: 'https://rotate.example.com', signingSecret } },
      ];
      await alice.create(secretRotation('db-0'));
      for (const target of targets) {
        const created = await alice.create(secretRotation('db-0', { target }), '?dryRun=All');
        const patched = await alice.patch('db-0', { spec: { target: { none: null, ...target } } });
        for (const { status, body } of [created, patched]) {
          expect(status).toBe(403);
          expect(body.message).toContain('needs the right to get Secret "db-0"');
        }
      }
      await world.allow('alice-0', reads('db-0'));
      for (const target of targets) {
        const patched = await alice.patch('db-0', { spec: { target: { none: null, ...target } } });
        expect(patched.status).toBe(200);
        await alice.patch('db-0', { spec: { target: null } });
      }
    });

    it('must include reading the admin Secret that it uses', async () => {
      const alice = await author('alice-1', writes('db-1'), reads('db-1'));
      const rotation = secretRotation('db-1', { target: postgresql('admin-1') });
      for (const query of ['?dryRun=All', '']) {
        const refused = await alice.create(rotation, query);
        expect(refused.status).toBe(403);
        expect(refused.body.message).toContain('needs the right to get Secret "admin-1"');
      }
      expect((await alice.apply('db-1', rotation)).status).toBe(403);
      await world.allow('alice-1', reads('admin-1'));
      expect((await alice.create(rotation)).status).toBe(201);
    });

    it('must include writing the Secret that it rotates', async () => {
      const alice = await author('alice-2', reads());
      const refused = await alice.create(secretRotation('db-2'));
      expect(refused.status).toBe(403);
      expect(refused.body.message).toContain('needs the right to update Secret "db-2"');
      await world.allow('alice-2', writes('db-2'));
      expect((await alice.create(secretRotation('db-2'))).status).toBe(201);
    });

    it('are asked for again where it is to use another admin Secret, in dry runs as well', async () => {
      const alice = await author('alice-3', writes('db-3'), reads('db-3', 'admin-3'));
      await alice.create(secretRotation('db-3', { target: postgresql('admin-3') }));
      const other = { spec: { target: postgresql('admin-other') } };
      for (const query of ['?dryRun=All', '']) {
        const refused = await alice.patch('db-3', other, query);
        expect(refused.status).toBe(403);
        expect(refused.body.message).toContain('"admin-other"');
      }
      const applied = secretRotation('db-3', { target: postgresql('admin-other') });
      expect((await alice.apply('db-3', applied)).status).toBe(403);
      const { body } = await world.cluster.request<Rotation>('GET', `${rotations}/db-3`);
      expect(body.spec).toMatchObject({ target: postgresql('admin-3') });
    });

    it('matter for nothing but the spec', async () => {
      await (await author('alice-4', writes('db-4'))).create(secretRotation('db-4'));
      const bob = await author('bob-4');
      const metadata = { labels: { a: 'b' }, finalizers: ['example.com/held'] };
      expect((await bob.patch('db-4', { metadata })).body.metadata).toMatchObject(metadata);
      const { body } = await bob.patchStatus('db-4', { status: { state: 'running' } });
      expect(body.status).toEqual({ state: 'running' });
      expect((await bob.patch('db-4', { metadata: { finalizers: null } })).status).toBe(200);
      expect((await bob.patch('db-4', { spec: { suspend: true } })).status).toBe(403);
      expect((await world.authorOf('db-4')).author).toBe('alice-4');
    });

    it('must include reading each CA and signing key that it refers to', async () => {
      const alice = await author('alice-5', writes('db-5'), reads('db-5', 'admin-5', 'key-5'));
      const caSecret = { name: 'ca-5', key: 'ca.crt' };
      const key = { name: 'key-5', key: 'key' };
      const url = 'https://rotate.example.com';
      const specs = [
        { target: postgresql('admin-5', { tls: { caSecret } }) },
        { target: { webhook: { url, signingSecret: key, tls: { caSecret } } } },
        { target: { webhook: { url, signingSecret: { ...key, name: 'ca-5' } } } },
        { generate: [{ key: 'tls.key', certificate: { ca: { secretName: 'ca-5' } } }] },
      ];
      for (const spec of specs) {
        const refused = await alice.create(secretRotation('db-5', spec), '?dryRun=All');
        expect(refused.body.message).toContain('needs the right to get Secret "ca-5"');
      }
      await world.allow('alice-5', reads('ca-5'));
      for (const spec of specs) {
        const taken = await alice.create(secretRotation('db-5', spec), '?dryRun=All');
        expect(taken.status).toBe(201);
      }
    });

    it('must include patching what is restarted, and no other workload', async () => {
      const patches = (resources: string, ...names: string[]): Rule => {
        return ['patch', 'apps', resources, ...names];
      };
      const alice = await author('alice-6', writes('db-6'), patches('deployments', 'app'));
      const asked = (consumers: object) =>
        alice.create(secretRotation('db-6', { consumers }), '?dryRun=All');
      const app = { kind: 'Deployment', name: 'app' };
      const other = { kind: 'Deployment', name: 'other' };
      expect((await asked({ restart: 'none' })).status).toBe(201);
      expect((await asked({})).status).toBe(201);
      expect((await asked({ workloads: [app] })).status).toBe(201);
      const refused = await asked({ workloads: [app, { ...app, kind: 'StatefulSet' }, other] });
      expect(refused.body.message).toContain('the right to patch Deployment "app" and StatefulSet');
      expect((await asked({ workloads: [app, other] })).status).toBe(403);
      expect((await asked({ restart: 'auto' })).body.message).toContain('patch all deployments');
      await world.allow('alice-6', patches('deployments'), patches('statefulsets'));
      expect((await asked({ restart: 'auto' })).body.message).toContain('patch all daemonsets');
      await world.allow('alice-6', patches('daemonsets'));
      expect((await asked({ restart: 'auto' })).status).toBe(201);
    });

    it('can be asked for as often as a definition allows', async () => {
      const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
      const workloads = Array.from({ length: 16 }, (_, index) => {
        return { kind: kinds[index % kinds.length], name: `w-${index}` };
      });
      const generate = Array.from({ length: 4 }, (_, index) => {
        return { key: `tls-${index}`, certificate: { ca: { secretName: `ca-${index}` } } };
      });
      const caSecret = { name: 'ca', key: 'ca.crt' };
      const target = postgresql('admin-7', { tls: { caSecret } });
      const largest = secretRotation('db-7', { generate, target, consumers: { workloads } });
      const alice = await author('alice-7', writes('db-7'), reads());
      await world.allow('alice-7', ['patch', 'apps', 'deployments,statefulsets,daemonsets']);
      const taken = await alice.create(largest);
      expect([taken.status, taken.body.message]).toEqual([201, undefined]);
      const bob = await author('bob-7', writes('db-7'), reads());
      const names = workloads.slice(0, -1).map(({ name }) => name);
      await world.allow('bob-7', [
        'patch',
        'apps',
        'deployments,statefulsets,daemonsets',
        ...names,
      ]);
      const refused = await bob.patch('db-7', { spec: { suspend: true } });
      expect(refused.body.message).toContain('"w-14" and Deployment "w-15"');
    });
  });

  describe('the author', () => {
    it('is whoever wrote it, with the groups that he had', async () => {
      const alice = await author('alice-11', writes('db-11'));
      const { body } = await alice.create(secretRotation('db-11', {}, { annotations: forged }));
      expect(stampOf(body)).toMatchObject({ author: 'alice-11', uid: '' });
      expect(groupsOf(stampOf(body).groups)).toEqual(['team,"a"', 'system:authenticated']);
    });

    it('of a ServiceAccount has its uid', async () => {
      const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } };
      const made = await world.cluster.request<Rotation>('POST', accounts, account);
      await world.allow(`system:serviceaccount:${namespace}:app`, writesRotations, writes('db-12'));
      const token = await world.cluster.createToken({ namespace, serviceAccount: 'app' });
      const options = { token };
      const { body } = await world.cluster.request<Rotation>(
        'POST',
        rotations,
        secretRotation('db-12'),
        options,
      );
      const { uid } = made.body.metadata as unknown as { uid: string };
      expect(stampOf(body)).toMatchObject({
        author: `system:serviceaccount:${namespace}:app`,
        uid,
      });
      expect(groupsOf(stampOf(body).groups)).toContain(`system:serviceaccounts:${namespace}`);
    });

    it('is who changed the spec last', async () => {
      const alice = await author('alice-13', writes('db-13'));
      const bob = await author('bob-13', writes('db-13'));
      await alice.create(secretRotation('db-13'));
      await bob.patch('db-13', { spec: { historyLimit: 10 } });
      expect((await world.authorOf('db-13')).author).toBe('alice-13');
      await bob.patch('db-13', { spec: { adopt: 'bob takes over' } }, '?dryRun=All');
      expect((await world.authorOf('db-13')).author).toBe('alice-13');
      await bob.patch('db-13', { spec: { adopt: 'bob takes over' } });
      expect((await world.authorOf('db-13')).author).toBe('bob-13');
    });

    const rotation = secretRotation('db-14');
    const others = { annotations: { ...forged, other: 'kept' } };
    const operations = [{ op: 'remove', path: '/metadata/annotations' }];

    it('cannot be forged or taken away', async () => {
      const alice = await author('alice-14', writes('db-14'));
      const bob = await author('bob-14');
      await alice.create(rotation);
      const before = await world.authorOf('db-14');
      expect(before.author).toBe('alice-14');
      const put = async (metadata: object) => {
        const { body } = await world.cluster.request<Rotation>('GET', `${rotations}/db-14`);
        const { resourceVersion } = body.metadata;
        return bob.put('db-14', {
          ...body,
          metadata: { name: 'db-14', resourceVersion, ...metadata },
        });
      };
      const removed = { annotations: { 'sallyport.dev/author': null } };
      const tries: readonly (() => Promise<{
        readonly status: number;
        readonly body: Rotation;
      }>)[] = [
        () => bob.patch('db-14', { metadata: others }),
        () => bob.patch('db-14', { metadata: removed }),
        () => bob.patch('db-14', { metadata: { annotations: null } }),
        () => bob.jsonPatch('db-14', operations),
        () => put(others),
        () => put({}),
        () => bob.apply('db-14', secretRotation('db-14', {}, { annotations: forged })),
        () => bob.apply('db-14', rotation),
        () => bob.patchStatus('db-14', { metadata: others, status: { state: 'running' } }),
      ];
      for (const [index, attempt] of tries.entries()) {
        const { status, body } = await attempt();
        expect([index, status, stampOf(body)]).toEqual([index, 200, before]);
        expect(await world.authorOf('db-14')).toEqual(before);
      }
    });

    it('is not who makes one by apply and names another', async () => {
      const alice = await author('alice-15', writes('db-15'));
      const applied = secretRotation('db-15', {}, { annotations: forged });
      expect((await alice.apply('db-15', applied)).status).toBe(201);
      expect((await world.authorOf('db-15')).author).toBe('alice-15');
    });
  });

  describe('the definition', () => {
    const server = { host: 'db.example.com', adminSecret: { name: 'admin' } };
    const webhook = { url: 'http://rotate.example.com', signingSecret: { name: 'a', key: 'b' } };

    it.each([
      ['another name than its Secret', { secretName: 'other' }, 'metadata.name must be'],
      ['two targets', { target: { none: {}, redis: { ...server, username: 'a' } } }, 'exactly one'],
      ['no target', { target: {} }, 'exactly one of none, postgresql'],
      [
        'alternating users of whom there is one',
        { target: { mysql: { ...server, username: 'a' } }, strategy: 'alternatingUsers' },
        'needs a target with usernames',
      ],
      ['a list of one user', { target: { redis: { ...server, usernames: ['a'] } } }, 'at least 2'],
      ['a webhook without TLS', { target: { webhook } }, 'should match'],
      [
        'two generators for a key',
        { generate: [{ key: 'a', uuid: {}, bytes: {} }] },
        'exactly one',
      ],
      ['a length of time in words', { retireAfter: 'one day' }, 'should match'],
    ])('refuses %s', async (_what, spec, message) => {
      const path = `${rotations}?dryRun=All`;
      const rotation = secretRotation('refused', spec);
      const { status, body } = await world.cluster.request<Rotation>('POST', path, rotation);
      expect(status).toBe(422);
      expect(body.message).toContain(message);
    });

    it('fills in what is left out, and drops what it does not know', async () => {
      const target = { mysql: { ...server, username: 'app', surplus: 1 } };
      const rotation = secretRotation('filled', { target, consumers: {} });
      const { body } = await world.cluster.request<Rotation>('POST', rotations, rotation);
      expect(body.spec).toEqual({
        secretName: 'filled',
        generate: [{ key: 'password', password: { length: 32 } }],
        target: {
          mysql: { ...server, username: 'app', port: 3306, userHost: '%', passwordKey: 'password' },
        },
        consumers: { wait: true, timeout: '15m' },
        historyLimit: 10,
      });
    });
  });
});
