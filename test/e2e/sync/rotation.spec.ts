import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

const rotation = '/v1/namespaces/pay/secrets/db/rotation';

let world: SyncWorld;

beforeAll(async () => {
  world = await SyncWorld.start();
});
afterAll(() => world?.stop());

it('a rotation ends the old credential after the store has the new one', async () => {
  await world.putSecret('db', { password: 'rotated-later' });
  await world.putSync('db', { direction: 'push' });
  await world.becomes('db', 'InSync');
  const generate = [{ key: 'password', password: { length: 40 } }];
  await eventually(async () => {
    const { status, text } = await world.author.put(rotation, { generate });
    if (status > 201) throw new Error(text);
  });
  await world.putStore({ allow: [] });
  await world.becomes('db', 'Failed');
  const started = await world.author.send({ method: 'POST', path: `${rotation}/runs` });
  const run = `${rotation}/runs/${String(started.body['id'])}`;
  await eventually(async () => {
    expect((await world.author.get(run)).body).toMatchObject({
      state: 'waiting',
      waitingFor: expect.stringContaining('SecretSync db has not pushed the new value'),
    });
  });
  expect(await world.remoteValues('db')).toEqual({ password: 'rotated-later' });
  await world.putStore();
  await eventually(async () => {
    expect((await world.author.get(run)).body).toMatchObject({ state: 'succeeded' });
  });
  const rotated = await world.secretValues('db');
  expect(rotated?.['password']).toHaveLength(40);
  expect(await world.remoteValues('db')).toEqual(rotated);
});
