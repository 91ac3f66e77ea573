import { afterAll, beforeAll, expect, it } from 'vitest';
import { mapInBatches } from '../../../src/core/map-in-batches.js';
import { patiently } from '../../support/tokens-world.js';
import { importOf, SharingWorld } from './sharing-world.js';

const COUNT = 150;

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** Names of Secrets in shop that begin with `many-`. */
async function copies(): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/shop/secrets';
  type List = { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
  const { body } = await world.installation.cluster.request<List>('GET', path);
  return body.items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('many-'));
}

it('more than a hundred copies end within ten seconds after their author is deleted', async () => {
  const share = await world.copy();
  const names = Array.from({ length: COUNT }, (_, index) => `many-${index}`);
  await mapInBatches(names, 8, async (name) => {
    const body = importOf(share, { target: { secretName: name } });
    const path = `/v1/namespaces/shop/imports/${name}`;
    expect((await world.as('temporary').put(path, body)).status).toBe(201);
  });
  await patiently(async () => expect(await copies()).toHaveLength(COUNT));
  const account = '/api/v1/namespaces/shop/serviceaccounts/temporary';
  await world.installation.cluster.request('DELETE', account);
  const sinceMs = performance.now();
  await patiently(async () => expect(await copies()).toEqual([]));
  expect(performance.now() - sinceMs).toBeLessThan(10_000);
  expect(await world.stored(share)).toBeDefined();
}, 120_000);
