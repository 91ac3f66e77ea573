import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImportRegistry } from '../../../src/shares/domain/secret-imports.js';
import { ShareFeed } from '../../../src/shares/domain/secret-shares.js';
import { partOf } from '../../support/part-of.js';
import { RestCaller } from '../../support/rest-caller.js';
import { secretShare, sharesIn } from '../../support/share-manifests.js';
import { seedSecret } from '../../support/seed.js';
import { allOfTokens, eventually, virtual } from '../../support/tokens-world.js';
import { importOf, shareOf, SharingWorld } from './sharing-world.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const oneKey = (key: string) => ({
  verbs: ['get'],
  apiGroups: ['sallyport.dev'],
  resources: ['secretkeys'],
  resourceNames: [`db/${key}`],
});

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** Lets a user of the cluster do this in pay, by a binding of the same name. */
async function allow(user: string, name: string, rules: readonly object[]): Promise<void> {
  const { cluster } = world.installation;
  const apiGroup = 'rbac.authorization.k8s.io';
  const base = { apiVersion: `${apiGroup}/v1`, metadata: { name } };
  const role = { ...base, kind: 'Role', rules };
  await cluster.request('POST', `${rbac}/namespaces/pay/roles`, role);
  const isAccount = user.startsWith('system:');
  const [, , , account = ''] = user.split(':');
  await cluster.request('POST', `${rbac}/namespaces/pay/rolebindings`, {
    ...base,
    kind: 'RoleBinding',
    roleRef: { apiGroup, kind: 'Role', name },
    subjects: isAccount
      ? [{ kind: 'ServiceAccount', name: account, namespace: 'pay' }]
      : [{ kind: 'User', apiGroup, name: user }],
  });
}

/** A share with shop and web that `user` wrote with kubectl, who then lost the right to its key. */
async function suspendedShare(name: string, user: string): Promise<void> {
  const { cluster } = world.installation;
  await allow(user, `rest-${user}`, [virtual('secretshares', 'create'), oneKey('user')]);
  await allow(user, `password-${user}`, [oneKey('password')]);
  const to = [{ namespace: 'shop' }, { namespace: 'web' }];
  await eventually(async () => {
    const as = { headers: { 'impersonate-user': user } };
    const share = secretShare(name, { to });
    expect((await cluster.request('POST', sharesIn('pay'), share, as)).status).toBe(201);
    // A policy of authors counts for objects that are made a while after it.
    const shown = await world.as('owner').get(`/v1/namespaces/pay/shares/${name}`);
    if (shown.body['author'] === user) return;
    await cluster.request('DELETE', `${sharesIn('pay')}/${name}`);
    throw new Error(shown.text);
  });
  await imports(name);
  await eventually(async () => expect((await world.read(name)).status).toBe(200));
  const binding = `${rbac}/namespaces/pay/rolebindings/password-${user}`;
  expect((await cluster.request('DELETE', binding)).status).toBe(200);
  await eventually(async () => expect((await world.read(name)).status).toBe(404));
}

async function imports(name: string): Promise<void> {
  const path = `/v1/namespaces/shop/imports/${name}`;
  expect((await world.as('importer').put(path, importOf(name))).status).toBe(201);
}

describe('a right that the author lost', () => {
  it('does not come back by a dry run', async () => {
    await suspendedShare('dry', 'jane');
    const path = '/v1/namespaces/pay/shares/dry?dryRun=All';
    const tried = await world.as('owner').put(path, shareOf({ keys: ['user'] }));
    expect(tried.status).toBe(200);
    expect((await world.read('dry')).status).toBe(404);
  });

  it('does not come back by a revocation for another namespace with a scoped token', async () => {
    await suspendedShare('lost', 'john');
    await allow('system:serviceaccount:pay:owner', 'mint', [allOfTokens]);
    const minted = await eventually(async () => {
      const scope = { namespaces: ['pay'], actions: ['shares.revoke'] };
      const body = { description: 'a test', expiresInSeconds: 600, scope };
      const answer = await world.as('owner').post('/v1/tokens', body);
      expect(answer.status).toBe(201);
      return answer;
    });
    const { fastify } = world.installation.gateway;
    const scoped = new RestCaller(fastify, String(minted.body['token']));
    const path = '/v1/namespaces/pay/shares/lost/revoke';
    expect((await scoped.post(path, { namespace: 'web' })).status).toBe(403);
    expect((await world.read('lost')).status).toBe(404);
    expect((await scoped.post(path, {})).body['state']).toBe('Revoked');
  });
});

describe('a dry run', () => {
  it('does not suspend the share that is there', async () => {
    const name = await world.share();
    expect((await world.read(name)).status).toBe(200);
    const path = `/v1/namespaces/pay/shares/${name}?dryRun=All`;
    expect((await world.as('owner').put(path, shareOf({ keys: ['user'] }))).status).toBe(200);
    expect((await world.read(name)).status).toBe(200);
  });
});

describe('a share of kubectl', () => {
  it('can be revoked whatever its delivery is', async () => {
    const share = secretShare('both', { delivery: ['live', 'copy'] });
    const { cluster } = world.installation;
    expect((await cluster.request('POST', sharesIn('pay'), share)).status).toBe(201);
    const path = '/v1/namespaces/pay/shares/both/revoke';
    expect((await world.as('owner').post(path, {})).status).toBe(200);
  });

  it('keeps a text of adopt that its definition allows', async () => {
    const share = secretShare('adopted', { adopt: 'x'.repeat(256) });
    const { cluster } = world.installation;
    expect((await cluster.request('POST', sharesIn('pay'), share)).status).toBe(201);
    const { body } = await world.as('owner').get('/v1/namespaces/pay/shares/adopted');
    expect(body['reason']).toBeNull();
  });
});

describe('a consumer learns nothing', () => {
  it('of the Secret of a share by a right that the broker lacks', async () => {
    const name = await world.share();
    const { cluster } = world.installation;
    const path = `${rbac}/clusterroles/sallyport-broker`;
    const { body: role } = await cluster.request<{ rules: { resources: string[] }[] }>('GET', path);
    const rules = role.rules.filter(({ resources }) => !resources.includes('secrets'));
    await cluster.request('PUT', path, { ...role, rules });
    try {
      const answers = await eventually(async () => {
        const url = `/v1/namespaces/shop/imports/${name}/keys/password?consistency=strong`;
        const answer = await world.as('reader').get(url);
        if (answer.status === 200) throw new Error('still there');
        return answer;
      });
      expect(answers.text).not.toMatch(/"db"|\\"db|broker|pay/);
      expect(answers.status).toBe(503);
    } finally {
      const { body: now } = await cluster.request<{ metadata: object }>('GET', path);
      await cluster.request('PUT', path, { ...role, metadata: now.metadata });
    }
  });

  it('not even 304 of a key that is not granted', async () => {
    const name = await world.share();
    const headers = { 'if-none-match': '*' };
    expect((await world.read(name, { key: 'user', headers })).status).toBe(404);
  });
});

describe('a recreated namespace', () => {
  it('gets nothing, also if its import came before the news of it', async () => {
    const namespaceUID = 'uid-of-before';
    const name = await world.share({ to: [{ namespace: 'shop', namespaceUID }] });
    const imports = partOf(world.installation.gateway, ImportRegistry);
    const found = imports.get({ namespace: 'shop', name });
    if (found === undefined) throw new Error('not known');
    imports.put(found.object, namespaceUID);
    expect((await world.read(name)).status).toBe(404);
  });
});

describe('a list', () => {
  it('is not empty because shares are not known', async () => {
    const feed = partOf(world.installation.gateway, ShareFeed);
    const spy = vi.spyOn(feed, 'knowsAll').mockReturnValue(false);
    try {
      expect((await world.as('owner').get('/v1/namespaces/pay/shares')).status).toBe(503);
    } finally {
      spy.mockRestore();
    }
  });
});

describe('states tell the truth', () => {
  it('of a Secret that was recreated', async () => {
    await seedSecret(world.installation, 'pay', 'anew', { password: 'first' });
    const name = await world.share({ secretName: 'anew' });
    await eventually(
      async () => (await world.read(name)).status === 200 || Promise.reject(new Error('no')),
    );
    await world.as('owner').delete('/v1/namespaces/pay/secrets/anew');
    await seedSecret(world.installation, 'pay', 'anew', { password: 'second' });
    await eventually(
      async () => (await world.read(name)).status === 404 || Promise.reject(new Error('no')),
    );
    const share = await world.as('owner').get(`/v1/namespaces/pay/shares/${name}`);
    expect(share.body['state']).not.toBe('Active');
    const imported = await world.as('importer').get(`/v1/namespaces/shop/imports/${name}`);
    expect(imported.body['state']).toBe('NotGranted');
  });

  it('of a dry run that the cluster would refuse', async () => {
    const name = await world.share();
    const path = `/v1/namespaces/pay/shares/${name}?dryRun=All`;
    const tried = await world.as('owner').put(path, shareOf({ secretName: 'other' }));
    expect(tried.status).toBe(422);
  });
});
