import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretsWorld } from '../../support/secrets-world.js';

let world: SecretsWorld<'owner'>;

beforeAll(async () => {
  world = await SecretsWorld.start('odd-keys', ['owner']);
});
afterAll(() => world?.stop());

const names = ['constructor', 'prototype', 'toString', 'hasOwnProperty', '10', '2', 'valueOf'];
const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));

it('creates, reads and replaces keys named like members of prototypes', async () => {
  const created = await world.as('owner').post(world.path, { name: 'odd', stringData: values });
  expect(created).toMatchObject({ status: 201, body: { changes: { added: names.toSorted() } } });

  const read = await world.as('owner').get(world.at('odd'));
  expect(read.body['stringData']).toEqual(values);
  const before = await world.stored('odd');
  const put = await world.as('owner').put(world.at('odd'), read.body);
  expect(put.body.changes).toEqual({ added: [], changed: [], removed: [] });
  expect(await world.stored('odd')).toEqual(before);
});

it('patches and removes them', async () => {
  await world.seed('patched', { stringData: values });
  const merge = { stringData: { constructor: 'another value', toString: null } };
  const merged = await world.as('owner').merge(world.at('patched'), merge);
  expect(merged.body.changes).toMatchObject({ changed: ['constructor'], removed: ['toString'] });
  const operations = [{ op: 'move', from: '/data/constructor', path: '/data/prototype' }];
  expect((await world.as('owner').jsonPatch(world.at('patched'), operations)).status).toBe(200);
  const gone = ['toString', 'constructor'];
  const kept = Object.entries(values).filter(([name]) => !gone.includes(name));
  expect(await world.values('patched')).toEqual({
    ...Object.fromEntries(kept),
    prototype: 'another value',
  });
});

it('keeps a stored key __proto__ through writes that do not name it, and shows it', async () => {
  const data = JSON.parse('{"__proto__":"cHJvdG8tdmFsdWU=","a":"YQ=="}') as object;
  await world.seed('proto', { data: data as Record<string, string> });
  const merged = await world.as('owner').merge(world.at('proto'), { stringData: { b: 'value-b' } });
  expect(merged.body.changes).toEqual({ added: ['b'], changed: [], removed: [] });
  expect(Object.keys((await world.stored('proto'))?.data ?? {}).toSorted()).toEqual([
    '__proto__',
    'a',
    'b',
  ]);
  for (const query of ['', '?format=json', '?format=yaml', '?encoding=base64']) {
    expect((await world.as('owner').get(`${world.at('proto')}${query}`)).text).toContain(
      '__proto__',
    );
  }
});

it('writes labels and annotations named like members of prototypes', async () => {
  const maps = { labels: { constructor: 'x' }, annotations: { prototype: 'y' } };
  const answer = await world.as('owner').put(world.at('labelled'), { data: {}, ...maps });
  expect(answer).toMatchObject({ status: 201, body: maps });
  expect((await world.stored('labelled'))?.metadata).toMatchObject(maps);
});
