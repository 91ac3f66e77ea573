import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretImport, secretShare } from '../../support/share-manifests.js';
import { bothClusters } from '../../support/test-target.js';
import { namespace, type Rule, stampOf } from '../rotation/rotation-cluster.js';
import { imports, ShareCluster, shares } from './share-cluster.js';

const verbs = 'create,get,update,patch,delete';
const writesShares: Rule = [verbs, 'sallyport.dev', 'secretshares,secretshares/status'];
const writesImports: Rule = [verbs, 'sallyport.dev', 'secretimports,secretimports/status'];
const reads = (...names: string[]): Rule => ['get', '', 'secrets', ...names];
const readsKeys = (...names: string[]): Rule => ['get', 'sallyport.dev', 'secretkeys', ...names];

const forged = {
  'sallyport.dev/author': 'root',
  'sallyport.dev/author-groups': '["system:masters"]',
  'sallyport.dev/author-uid': '1',
};
const dryRun = '?dryRun=All';
const seventeen = Array.from({ length: 17 }, (_, index) => `k${index}`);
const sixteen = seventeen.slice(1);

describe.each(bothClusters)('shares and imports on %s', (_name, start) => {
  let world: ShareCluster;

  beforeAll(async () => {
    world = await ShareCluster.start(start);
  });
  afterAll(() => world?.cluster.stop());

  /** Returns the client of a user with rights that no other test grants. */
  async function author(name: string, ...rules: readonly Rule[]) {
    await world.allow(name, writesShares, writesImports, ...rules);
    return world.as(name, 'team,"a"');
  }

  describe('the author of a share', () => {
    it('needs the right to each key, or to the Secret', async () => {
      const alice = await author('alice-0', readsKeys('s0/a', 's0/b'));
      const share = (...keys: string[]) => secretShare('s0', { secretName: 's0', keys });
      expect((await alice.create(shares, share('a', 'b'), dryRun)).status).toBe(201);
      expect((await alice.create(shares, share('a'), dryRun)).status).toBe(201);
      const refused = await alice.create(shares, share('b', 'a', 'c'), dryRun);
      expect(refused.status).toBe(403);
      expect(refused.body.message).toContain(
        "ValidatingAdmissionPolicy 'sallyport-share-rights' with binding " +
          "'sallyport-share-rights' denied request: who writes this share needs the right to get " +
          'secretkeys "s0/c" of group sallyport.dev, or to get Secret "s0"',
      );
      expect((await alice.create(shares, share('a', 'b'))).status).toBe(201);
      const patched = await alice.patch(`${shares}/s0`, { spec: { keys: ['a', 'c'] } });
      expect(patched.body.message).toContain('secretkeys "s0/a" and "s0/c" of group');
      expect((await alice.apply(`${shares}/s0`, share('c'))).status).toBe(403);
      await world.allow('alice-0', reads('s0'));
      expect((await alice.apply(`${shares}/s0`, share('c'))).status).toBe(200);
    });

    it('may share as many keys as the definition allows', async () => {
      const names = sixteen.map((key) => `s1/${key}`);
      const alice = await author('alice-1', readsKeys(...names));
      const bob = await author('bob-1', readsKeys(...names.slice(0, -1)));
      const share = secretShare('s1', { secretName: 's1', keys: sixteen });
      const taken = await alice.create(shares, share);
      expect([taken.status, taken.body.message]).toEqual([201, undefined]);
      const refused = await bob.patch(`${shares}/s1`, { spec: { onRecreate: 'follow' } });
      expect(refused.body.message).toContain('secretkeys "s1/k15" and "s1/k16" of group');
      const many = secretShare('s1-many', { secretName: 's1', keys: seventeen });
      expect((await alice.create(shares, many)).status).toBe(422);
    });

    it('does not share with the own namespace, whatever the rights', async () => {
      const alice = await author('alice-2', reads());
      const to = [{ namespace: 'shop' }, { namespace }];
      for (const client of [alice, world.admin]) {
        const refused = await client.create(shares, secretShare('s2', { to }), dryRun);
        expect(refused.status).toBe(403);
        expect(refused.body.message).toContain(
          'denied request: a share is for other namespaces: remove "pay" from spec.to',
        );
      }
    });

    it('is recorded with the groups, and cannot be forged or removed', async () => {
      const alice = await author('alice-3', reads());
      const bob = await author('bob-3');
      const made = await alice.create(shares, secretShare('s3', {}, { annotations: forged }));
      const before = stampOf(made.body);
      expect(before).toEqual({
        author: 'alice-3',
        groups: JSON.stringify(['team,"a"', 'system:authenticated']),
        uid: '',
      });
      const path = `${shares}/s3`;
      const attempts = [
        () => bob.patch(path, { metadata: { annotations: { ...forged, other: 'kept' } } }),
        () => bob.patch(path, { metadata: { annotations: null } }),
        () => bob.jsonPatch(path, [{ op: 'remove', path: '/metadata/annotations' }]),
        () => bob.apply(path, secretShare('s3', {}, { annotations: forged })),
        () => bob.patch(`${path}/status`, { metadata: { annotations: forged } }),
      ];
      for (const [index, attempt] of attempts.entries()) {
        const { status, body } = await attempt();
        expect([index, status, stampOf(body)]).toEqual([index, 200, before]);
      }
    });

    it('is the user who changed the spec last, and nothing but the spec needs rights', async () => {
      const alice = await author('alice-4', reads());
      const bob = await author('bob-4');
      await alice.create(shares, secretShare('s4'));
      const path = `${shares}/s4`;
      expect((await bob.patch(path, { metadata: { labels: { a: 'b' } } })).status).toBe(200);
      const state = { status: { state: 'Active' } };
      expect((await bob.patch(`${path}/status`, state)).body.status).toEqual(state.status);
      const adoption = { spec: { adopt: 'bob takes over' } };
      expect((await bob.patch(path, adoption)).status).toBe(403);
      await world.allow('bob-4', readsKeys('db/password'));
      expect(stampOf((await bob.patch(path, adoption)).body).author).toBe('bob-4');
    });
  });

  describe('the author of an import', () => {
    const target = { secretName: 'i0' };

    it('needs the rights to create and to patch its target, and none without a target', async () => {
      const alice = await author('alice-5');
      expect((await alice.create(imports, secretImport('live'), dryRun)).status).toBe(201);
      const asked = () => alice.create(imports, secretImport('i0', { target }), dryRun);
      const words = 'denied request: who writes this import needs the right to';
      expect((await asked()).body.message).toContain(
        `${words} create Secret "i0", which receives the values`,
      );
      await world.allow('alice-5', ['create', '', 'secrets']);
      expect((await asked()).body.message).toContain(`${words} patch Secret "i0"`);
      await world.allow('alice-5', ['patch', '', 'secrets', 'i0']);
      expect((await asked()).status).toBe(201);
    });

    it('is recorded, and cannot be forged', async () => {
      const alice = await author('alice-6');
      const bob = await author('bob-6');
      await alice.create(imports, secretImport('i1', {}, { annotations: forged }));
      const path = `${imports}/i1`;
      const patched = await bob.patch(path, { metadata: { annotations: forged } });
      expect(stampOf(patched.body).author).toBe('alice-6');
      const changed = await bob.patch(path, { spec: { repair: true } });
      expect(stampOf(changed.body).author).toBe('bob-6');
    });
  });

  describe('the definition of a share', () => {
    const revoked = { namespace: 'shop', revoked: true };

    it.each<[string, object, string]>([
      ['no keys', { keys: [] }, 'at least 1 items'],
      ['a key twice', { keys: ['a', 'a'] }, 'Duplicate value: "a"'],
      ['a key that cannot exist', { keys: ['a/b'] }, 'should match'],
      ['a namespace twice', { to: [revoked, revoked] }, 'Duplicate value'],
      ['a namespace that is no label', { to: [{ namespace: 'a.b' }] }, 'should match'],
      ['no consumer', { to: [] }, 'at least 1 items'],
      [
        'an unknown subject',
        { to: [{ ...revoked, subjects: [{ kind: 'Pod', name: 'a' }] }] },
        'supported values',
      ],
      ['an unknown delivery', { delivery: ['push'] }, 'supported values'],
      ['an end in words', { expiresAt: 'tomorrow' }, 'date-time'],
    ])('refuses %s', async (_what, spec, message) => {
      const { status, body } = await world.admin.create(
        shares,
        secretShare('wrong', spec as Record<string, unknown>),
        dryRun,
      );
      expect(status).toBe(422);
      expect(body.message).toContain(message);
    });

    it('does not take a revocation back, for all or for a namespace', async () => {
      const to = [{ namespace: 'a' }, { ...revoked }];
      const share = secretShare('revoked', { to, revoked: true });
      await world.admin.create(shares, share);
      const path = `${shares}/revoked`;
      const changes: readonly (readonly [object, string])[] = [
        [{ revoked: false }, 'spec: Invalid value: revoked may not be taken back; create another'],
        [{ revoked: null }, 'spec: Invalid value: revoked may not be taken back'],
        [{ to: [{ namespace: 'shop' }, { namespace: 'a' }] }, 'spec.to[0]: Invalid value: revoked'],
        [{ to: [{ ...revoked, revoked: false }] }, 'another share for this namespace instead'],
        [{ secretName: 'other' }, 'spec.secretName: Invalid value: "other": secretName may not'],
      ];
      for (const [spec, message] of changes) {
        const refused = await world.admin.patch(path, { spec });
        expect([refused.status, refused.body.message]).toEqual([
          422,
          expect.stringContaining(message),
        ]);
      }
      const more = { to: [...to, { namespace: 'c' }], reshare: true };
      expect((await world.admin.patch(path, { spec: more })).status).toBe(200);
      expect((await world.admin.patch(path, { spec: { to: [{ namespace: 'a' }] } })).status).toBe(
        200,
      );
    });

    it('fills in defaults, and drops unknown members of spec and status', async () => {
      const share = secretShare('filled', { surplus: 1 });
      const { body } = await world.admin.create(shares, share);
      expect(body.spec).toEqual({
        secretName: 'db',
        keys: ['password'],
        to: [{ namespace: 'shop' }],
        delivery: ['live'],
        reshare: false,
        onRecreate: 'stop',
        onRevoke: 'none',
      });
      const consumer = { namespace: 'shop', namespaceUID: 'u', imports: 1, version: 3 };
      const status = { state: 'Active', secretUID: 'u', consumers: [consumer] };
      const path = `${shares}/filled/status`;
      const written = await world.admin.patch(path, { status: { ...status, surplus: 1 } });
      expect(written.body.status).toEqual(status);
      const wrong = await world.admin.patch(path, { status: { state: 'Perhaps' } });
      expect(wrong.status).toBe(422);
    });
  });

  describe('the definition of an import', () => {
    it.each<[string, object, string]>([
      ['a share without its namespace', { from: { share: 'db' } }, 'Required value'],
      ['a target without a name', { target: {} }, 'Required value'],
      ['no keys', { keys: [] }, 'at least 1 items'],
      [
        'one name for two keys',
        { keys: [{ name: 'a' }, { name: 'b', as: 'a' }] },
        'spec.keys: Invalid value: two keys may not have the same name after they are renamed',
      ],
      [
        'one new name for two keys',
        { keys: ['a', 'b'].map((name) => ({ name, as: 'c' })) },
        'two keys may not have the same name',
      ],
    ])('refuses %s', async (_what, spec, message) => {
      const made = secretImport('wrong', spec as Record<string, unknown>);
      const { status, body } = await world.admin.create(imports, made, dryRun);
      expect(status).toBe(422);
      expect(body.message).toContain(message);
    });

    it('takes as many keys as it allows, also if they exchange their names', async () => {
      const name = (index: number) => `${'n'.repeat(240)}-${index}`;
      const keys = sixteen.map((_, index) => ({ name: name(index), as: name(15 - index) }));
      const made = await world.admin.create(imports, secretImport('many', { keys }), dryRun);
      expect([made.status, made.body.message]).toEqual([201, undefined]);
    });

    it('is of one share and one target for good', async () => {
      await world.admin.create(imports, secretImport('fixed'));
      const path = `${imports}/fixed`;
      const refused = async (spec: object) => {
        const { status, body } = await world.admin.patch(path, { spec });
        return `${status} ${body.message}`;
      };
      expect(await refused({ from: { share: 'other' } })).toContain('422');
      expect(await refused({ from: { share: 'other' } })).toContain(
        'spec.from: Invalid value: from may not change; create another import instead',
      );
      const target = { target: { secretName: 'a' } };
      const { body } = await world.admin.patch(path, { spec: target });
      expect(body.spec).toMatchObject({ target: { secretName: 'a', type: 'Opaque' } });
      for (const other of [{ secretName: 'b' }, null]) {
        expect(await refused({ target: other })).toContain(
          'spec: Invalid value: target.secretName may not change; create another import instead',
        );
      }
    });
  });
});
