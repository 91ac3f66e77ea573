import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedSecret } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { SharingWorld } from './sharing-world.js';

const merge = { contentType: 'application/merge-patch+json' };

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start({ kubernetes: { reads: 'strong' } });
});
afterAll(() => world?.stop());

/** Waits until a copy has these keys and values; undefined: until there is no Secret. */
async function becomes(name: string, data: object | undefined): Promise<void> {
  await eventually(async () => expect((await world.stored(name))?.data).toEqual(data));
}

/** A copy that has its value, made of a Secret of its own. */
async function delivered(secretName: string, imported: object = {}): Promise<string> {
  await seedSecret(world.installation, 'pay', secretName, { password: 'first' });
  const name = await world.copy({ secretName }, imported);
  await becomes(name, { password: 'first' });
  return name;
}

const change = (namespace: string, name: string, password: string) =>
  world.installation.cluster.request(
    'PATCH',
    `/api/v1/namespaces/${namespace}/secrets/${name}`,
    { stringData: { password } },
    merge,
  );

it('a copy ends when its source is deleted, without a watch of Secrets', async () => {
  const name = await delivered('source-ends');
  const path = '/api/v1/namespaces/pay/secrets/source-ends';
  expect((await world.installation.cluster.request('DELETE', path)).status).toBe(200);
  await becomes(name, undefined);
});

it('an edit of a copy is repaired without a watch of Secrets', async () => {
  const name = await delivered('repaired', { repair: true });
  expect((await change('shop', name, 'edited')).status).toBe(200);
  await becomes(name, { password: 'first' });
  // A status follows its copy.
  await expect.poll(() => world.statusOf(name)).toMatchObject({ state: 'Ready' });
});

// Last: the changes of RBAC by which this world begins cause looks as well.
it('a copy follows its source, and ends at the revocation, without a watch of Secrets', async () => {
  const name = await delivered('moves');
  for (const password of ['second', 'third']) {
    expect((await change('pay', 'moves', password)).status).toBe(200);
    await becomes(name, { password });
  }
  await world.as('owner').post(`/v1/namespaces/pay/shares/${name}/revoke`, {});
  await becomes(name, undefined);
  await eventually(async () => {
    expect(await world.statusOf(name)).toMatchObject({ state: 'NotGranted' });
  });
});
