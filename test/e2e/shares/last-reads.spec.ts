import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ObjectRecords } from '../../../src/custom-resources/domain/object-records.js';
import { LastReads } from '../../../src/shares/last-reads.js';
import { partOf } from '../../support/part-of.js';
import { eventually } from '../../support/tokens-world.js';
import { SharingWorld } from './sharing-world.js';

const secret = '/v1/namespaces/pay/secrets/db';

let world: SharingWorld;

beforeAll(async () => {
  world = await SharingWorld.start();
});
afterAll(() => world?.stop());

/** The one consumer of a share, after all reads are saved. */
async function consumerOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  await partOf(world.installation.gateway, LastReads).save();
  const { body } = await world.as('owner').get(`/v1/namespaces/pay/shares/${name}`);
  const [consumer = {}] = body['consumers'] as Readonly<Record<string, unknown>>[];
  return consumer;
}

async function versionNow(): Promise<unknown> {
  return eventually(async () => {
    const { body } = await world.as('owner').get(`${secret}/metadata`);
    expect(body['version']).toBeGreaterThan(0);
    return body['version'];
  });
}

it('the owner sees when a consumer last read, and which version', async () => {
  const name = await world.share();
  const first = await versionNow();
  const began = Date.now();
  const { headers } = await world.read(name);
  const consumer = await consumerOf(name);
  expect(consumer).toMatchObject({ namespace: 'shop', version: first });
  const lastReadMs = Date.parse(String(consumer['lastRead']));
  expect(lastReadMs).toBeGreaterThanOrEqual(began);
  expect(lastReadMs).toBeLessThanOrEqual(Date.now());

  // What the consumer has already, or does not get, is no read.
  await world.read(name, { headers: { 'if-none-match': headers['etag'] ?? '' } });
  await world.read(name, { key: 'absent' });
  expect(await consumerOf(name)).toEqual(consumer);

  await world.as('owner').put(`${secret}/keys/password`, 'another-value');
  const second = await versionNow();
  expect((await world.read(name)).text).toBe('another-value');
  expect(await consumerOf(name)).toMatchObject({ version: second, since: consumer['since'] });
  expect(second).not.toBe(first);
});

it('a namespace that begins to read leaves what is recorded of another', async () => {
  const name = await world.share({ to: [{ namespace: 'shop' }, { namespace: 'web' }] });
  await world.read(name);
  const shop = await consumerOf(name);
  const path = `/v1/namespaces/web/imports/${name}`;
  const from = { namespace: 'pay', share: name };
  expect((await world.as('outsider').put(path, { from })).status).toBe(201);
  expect((await world.as('outsider').get(`${path}/keys/password`)).status).toBe(200);
  expect(await consumerOf(name)).toEqual(shop);
  const consumers = 'consumers { namespace lastRead version }';
  const query = `{ share(namespace: "pay", name: "${name}") { ${consumers} } }`;
  const { body } = await world.as('owner').post('/graphql', { query });
  const known = expect.any(Number);
  expect(body).toMatchObject({
    data: {
      share: {
        consumers: [
          { namespace: 'shop', lastRead: shop['lastRead'], version: known },
          { namespace: 'web', lastRead: expect.any(String), version: known },
        ],
      },
    },
  });
});

it('a body of a share that was read is a valid body of a write', async () => {
  const name = await world.share();
  await world.read(name);
  expect((await consumerOf(name))['lastRead']).not.toBeNull();
  const path = `/v1/namespaces/pay/shares/${name}`;
  const { body } = await world.as('owner').get(path);
  expect((await world.as('owner').put(path, body)).status).toBe(200);
});

it('reads of the last seconds are saved when the gateway stops', async () => {
  const name = await world.share();
  expect((await world.read(name)).status).toBe(200);
  const { gateway } = world.installation;
  const saves = vi.spyOn(partOf(gateway, ObjectRecords), 'saveFacts');
  await gateway.stop();
  const saved = saves.mock.calls.map(([, { after }]) => after['consumers']);
  const shop = expect.objectContaining({ lastReadMs: expect.any(Number) });
  expect(saved).toContainEqual({ shop });
  const outcomes = await Promise.all(saves.mock.results.map(({ value }) => value as unknown));
  expect(outcomes).toContain(true);
});
