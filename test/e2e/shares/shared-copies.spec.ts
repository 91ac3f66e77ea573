import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { SharingWorld } from './sharing-world.js';

const merge = { contentType: 'application/merge-patch+json' };

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** A copy in shop, and a share of it with web, which imports it live. */
async function sharedOn(change: object, keys = ['password']): Promise<string> {
  const name = await world.copy(change);
  await eventually(async () => expect((await world.stored(name))?.data).toBeDefined());
  const share = { secretName: name, keys, to: [{ namespace: 'web' }] };
  const put = await world.as('copier').put(`/v1/namespaces/shop/shares/${name}`, share);
  expect(put.status).toBe(201);
  const from = { from: { namespace: 'shop', share: name } };
  const imported = await world.as('outsider').put(`/v1/namespaces/web/imports/${name}`, from);
  expect(imported.status).toBe(201);
  return name;
}

const read = (name: string, key = 'password') =>
  world.as('outsider').get(`/v1/namespaces/web/imports/${name}/keys/${key}`);

/** Removes every annotation of a Secret in shop. */
async function strip(name: string): Promise<void> {
  const { annotations = {} } = (await world.stored(name))?.metadata ?? {};
  const gone = Object.fromEntries(Object.keys(annotations).map((key) => [key, null]));
  const body = { metadata: { annotations: gone } };
  const path = `/api/v1/namespaces/shop/secrets/${name}`;
  expect((await world.installation.cluster.request('PATCH', path, body, merge)).status).toBe(200);
}

describe('the share of a copy', () => {
  it('delivers nothing, also if the copy does not state its origin any more', async () => {
    const name = await sharedOn({});
    expect((await read(name)).status).toBe(404);
    const shown = await world.as('copier').get(`/v1/namespaces/shop/shares/${name}`);
    expect(shown.body).toMatchObject({ state: 'Suspended', reason: 'CopyOfShare' });
    await strip(name);
    await eventually(async () => {
      const { annotations } = (await world.stored(name))?.metadata ?? {};
      expect(annotations).toBeUndefined();
    });
    expect((await read(name)).status).toBe(404);
  });

  it('delivers what the first share allows to share on, and ends with that share', async () => {
    const name = await sharedOn({ reshare: true });
    await eventually(async () => expect((await read(name)).text).toBe('shared-value'));
    await world.as('owner').post(`/v1/namespaces/pay/shares/${name}/revoke`, {});
    await eventually(async () => expect((await read(name)).status).toBe(404));
  });

  it('is not needed for other keys of the Secret', async () => {
    const name = await sharedOn({}, ['own']);
    const body = { stringData: { own: 'mine' } };
    const path = `/api/v1/namespaces/shop/secrets/${name}`;
    await world.installation.cluster.request('PATCH', path, body, merge);
    await eventually(async () => expect((await read(name, 'own')).text).toBe('mine'));
  });

  it('delivers nothing of a Secret that a user copied with its annotations', async () => {
    const name = await world.copy();
    await eventually(async () => expect((await world.stored(name))?.data).toBeDefined());
    const { annotations } = (await world.stored(name))?.metadata ?? {};
    await seedSecret(world.installation, 'shop', 'by-hand', { password: 'shared-value' });
    const path = '/api/v1/namespaces/shop/secrets/by-hand';
    await world.installation.cluster.request('PATCH', path, { metadata: { annotations } }, merge);
    const share = { secretName: 'by-hand', keys: ['password'], to: [{ namespace: 'web' }] };
    await world.as('copier').put('/v1/namespaces/shop/shares/by-hand', share);
    const from = { from: { namespace: 'shop', share: 'by-hand' } };
    await world.as('outsider').put('/v1/namespaces/web/imports/by-hand', from);
    await eventually(async () => {
      const shown = await world.as('copier').get('/v1/namespaces/shop/shares/by-hand');
      expect(shown.body).toMatchObject({ state: 'Suspended', reason: 'CopyOfShare' });
    });
    expect((await read('by-hand')).status).toBe(404);
  });

  it('makes no cycle: a copy of a copy into the first Secret changes nothing', async () => {
    await seedSecret(world.installation, 'pay', 'cycle', { password: 'first' });
    const name = await world.copy({ secretName: 'cycle', reshare: true });
    await eventually(async () => expect((await world.stored(name))?.data).toBeDefined());
    const share = {
      ...{ secretName: name, keys: ['password'], to: [{ namespace: 'pay' }] },
      ...{ delivery: ['copy'], reshare: true },
    };
    await world.as('copier').put(`/v1/namespaces/shop/shares/${name}`, share);
    const back = { from: { namespace: 'shop', share: name }, target: { secretName: 'cycle' } };
    const answer = await world.as('returner').put('/v1/namespaces/pay/imports/back', back);
    expect(answer.status).toBe(201);
    const path = '/apis/sallyport.dev/v1alpha1/namespaces/pay/secretimports/back';
    await eventually(async () => {
      const { body } = await world.installation.cluster.request<object>('GET', path);
      expect(body).toMatchObject({ status: { state: 'Conflict' } });
    });
    const stored = '/api/v1/namespaces/pay/secrets/cycle';
    const { body } = await world.installation.cluster.request<object>('GET', stored);
    expect(body).toMatchObject({ data: { password: Buffer.from('first').toString('base64') } });
  });
});
