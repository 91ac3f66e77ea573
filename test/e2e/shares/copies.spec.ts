import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { shareOf, SharingWorld } from './sharing-world.js';

const shares = '/v1/namespaces/pay/shares';
const imports = '/v1/namespaces/shop/imports';

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** Waits until a copy has these keys and values; undefined: until there is no Secret. */
async function becomes(name: string, data: object | undefined): Promise<void> {
  await eventually(async () => {
    expect((await world.stored(name))?.data).toEqual(data);
  });
}

async function stands(name: string, state: object): Promise<void> {
  await eventually(async () => expect(await world.statusOf(name)).toMatchObject(state));
}

/** A copy that has its value, made of a Secret of its own. */
async function delivered(secretName: string, change: object = {}): Promise<string> {
  await seedSecret(world.installation, 'pay', secretName, { password: 'first', user: 'app' });
  const name = await world.copy({ secretName, ...change });
  await becomes(name, { password: 'first' });
  return name;
}

describe('a copy', () => {
  it('is a native Secret with the shared keys and their origin, and nothing else', async () => {
    const keys = [{ name: 'password', as: 'PW' }];
    const name = await world.copy({ keys: ['password', 'user'] }, { keys });
    await becomes(name, { PW: 'shared-value' });
    const secret = await world.stored(name);
    expect(secret?.type).toBe('Opaque');
    expect(secret?.metadata.labels).toBeUndefined();
    expect(Object.keys(secret?.metadata.annotations ?? {})).toEqual([
      expect.stringMatching(/^import\.sallyport\.dev\/[0-9a-f-]{36}$/),
    ]);
    await stands(name, { state: 'Ready', version: 1 });
  });

  it('follows the Secret, and its versions say where they come from', async () => {
    const name = await delivered('moves');
    await world.as('owner').put('/v1/namespaces/pay/secrets/moves/keys/password', 'second');
    await becomes(name, { password: 'second' });
    await stands(name, { state: 'Ready', version: 2 });
    const { body } = await world.as('copier').get(`/v1/namespaces/shop/secrets/${name}/versions`);
    expect(body.items.map(({ version, door }) => [version, door])).toEqual([
      [2, 'share'],
      [1, 'share'],
    ]);
  });

  it('loses a key that the Secret or the share loses, and gets one that comes', async () => {
    await seedSecret(world.installation, 'pay', 'keys', { password: 'first', user: 'app' });
    const copy = await world.copy({ secretName: 'keys', keys: ['password', 'user', 'later'] });
    await becomes(copy, { password: 'first', user: 'app' });
    const secret = '/v1/namespaces/pay/secrets/keys/keys';
    await world.as('owner').put(`${secret}/later`, 'come');
    await becomes(copy, { password: 'first', user: 'app', later: 'come' });
    await world.as('owner').delete(`${secret}/user`);
    await becomes(copy, { password: 'first', later: 'come' });
    const body = shareOf({ secretName: 'keys', keys: ['later'], delivery: ['copy'] });
    expect((await world.as('owner').put(`${shares}/${copy}`, body)).status).toBe(200);
    await becomes(copy, { later: 'come' });
  });

  it('is on record in both namespaces before it is there', async () => {
    await makeAuditor(world.installation, 'pay', 'owner');
    const name = await delivered('recorded');
    const events = async (query: string) =>
      (await world.as('owner').get(`/v1/audit/events?${query}`)).body.items;
    await eventually(async () => {
      const [own] = await events(`namespace=shop&secret=${name}&action=imports.deliver`);
      expect(own).toMatchObject({
        namespace: 'shop',
        keys: ['password'],
        plane: 'broker',
        outcome: 'allowed',
        version: 1,
      });
      const [ofOwner] = await events('namespace=pay&secret=recorded&action=secrets.reveal');
      expect(ofOwner).toMatchObject({ keys: ['password'], parentId: own?.['auditId'] });
    });
  });
});

describe('a copy ends', () => {
  it.for([
    [
      'the share is revoked',
      (name: string) => world.as('owner').post(`${shares}/${name}/revoke`, {}),
    ],
    ['the share is deleted', (name: string) => world.as('owner').delete(`${shares}/${name}`)],
    [
      'the share no longer names the namespace',
      async (name: string) => {
        const { body } = await world.as('owner').get(`${shares}/${name}`);
        return world.as('owner').put(`${shares}/${name}`, { ...body, to: [{ namespace: 'web' }] });
      },
    ],
    ['the import is deleted', (name: string) => world.as('copier').delete(`${imports}/${name}`)],
    [
      'the import is deleted past the gateway',
      (name: string) =>
        world.installation.cluster.request(
          'DELETE',
          `/apis/sallyport.dev/v1alpha1/namespaces/shop/secretimports/${name}`,
        ),
    ],
  ] as const)('within two seconds when %s', async ([why, end]) => {
    const name = await delivered(`ends-${why.replaceAll(' ', '-')}`);
    await end(name);
    const sinceMs = performance.now();
    await becomes(name, undefined);
    expect(performance.now() - sinceMs).toBeLessThan(2_000);
  });

  it('when the shared Secret is deleted, or recreated', async () => {
    const name = await delivered('source-ends');
    await world.as('owner').delete('/v1/namespaces/pay/secrets/source-ends');
    await becomes(name, undefined);
    await seedSecret(world.installation, 'pay', 'source-ends', { password: 'another' });
    await stands(name, { state: 'NotGranted' });
    expect(await world.stored(name)).toBeUndefined();
  });

  it('at its expiry', async () => {
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const name = await delivered('expires', { expiresAt });
    const { annotations = {} } = (await world.stored(name))?.metadata ?? {};
    expect(JSON.parse(Object.values(annotations)[0] ?? '{}')).toMatchObject({ expiresAt });
    await becomes(name, undefined);
    expect(Date.now()).toBeLessThan(Date.parse(expiresAt) + 2_000);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  it('when the author of the share loses the right to the key', async () => {
    const body = shareOf({ delivery: ['copy'] });
    expect((await world.as('keyOwner').put(`${shares}/by-key`, body)).status).toBe(201);
    const imported = {
      from: { namespace: 'pay', share: 'by-key' },
      target: { secretName: 'by-key' },
    };
    await world.as('copier').put(`${imports}/by-key`, imported);
    await becomes('by-key', { password: 'shared-value' });
    const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings';
    await world.installation.cluster.request('DELETE', `${bindings}/pay-keyowner`);
    await becomes('by-key', undefined);
  });

  it('when the author of the import loses the right to the target', async () => {
    const name = await world.copy({}, {}, 'temporary');
    await becomes(name, { password: 'shared-value' });
    const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings';
    await world.installation.cluster.request('DELETE', `${bindings}/shop-temporary`);
    await becomes(name, undefined);
    await stands(name, { state: 'Suspended', conditions: [{ reason: 'AuthorLostRight' }] });
  });
});

describe('nothing is copied', () => {
  it.for([
    ['the share delivers live only', { delivery: ['live'] }],
    [
      'the share names subjects',
      { to: [{ namespace: 'shop', subjects: [{ kind: 'User', name: 'x' }] }] },
    ],
    ['the share names another namespace', { to: [{ namespace: 'web' }] }],
    ['the Secret is absent', { secretName: 'absent' }],
    ['the share is over', { expiresAt: '2020-01-01T00:00:00Z' }],
  ] as const)('if %s', async ([, change]) => {
    const name = await world.copy(change);
    await stands(name, { state: 'NotGranted', conditions: [{ reason: 'NotGranted' }] });
    expect(await world.stored(name)).toBeUndefined();
  });

  it('for an author without the right to the target', async () => {
    const name = await world.share({ delivery: ['copy'] });
    const body = { from: { namespace: 'pay', share: name }, target: { secretName: name } };
    const answer = await world.as('importer').put(`${imports}/${name}-copy`, body);
    expect([answer.status, answer.body.detail]).toEqual([
      403,
      expect.stringContaining('cannot create resource "secrets"'),
    ]);
  });

  it('of a credential of the cluster', async () => {
    const claims = Buffer.from('{"sub":"system:serviceaccount:pay:x"}').toString('base64url');
    const password = `eyJhbGciOiJSUzI1NiJ9.${claims}.c2ln`;
    await seedSecret(world.installation, 'pay', 'account-token', { password });
    const name = await world.copy({ secretName: 'account-token' });
    await stands(name, { state: 'NotGranted' });
    expect(await world.stored(name)).toBeUndefined();
  });
});
