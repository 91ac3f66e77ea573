import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, protobufBody } from '../../support/protobuf.js';
import { followed } from '../../support/secrets-world.js';
import { seedSecret } from '../../support/seed.js';
import { LibraryWorld, namespace } from './library-world.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' };
const jsonPatch = { 'content-type': 'application/json-patch+json' };
const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
const yaml = { 'content-type': 'application/yaml' };
const optionsType = { apiVersion: 'v1', kind: 'DeleteOptions' };
const secretType = { apiVersion: 'v1', kind: 'Secret' };
let world: LibraryWorld;

beforeAll(async () => {
  world = await LibraryWorld.start();
});
afterAll(() => world.stop());

async function stored(name: string) {
  const path = `${secrets}/${name}`;
  return world.installation.cluster.request<{ data?: object }>('GET', path);
}

/** Go cuts the number of the field to 32 bits, and takes it for the one of the object. */
function cut(number: bigint, content: Buffer): Buffer {
  return field(2n ** 32n + number, content);
}

describe('a delete whose options have two readings', () => {
  const dry = [field(5, 'All')];
  const deletes: [string, Record<string, string>, Buffer | string, number][] = [
    ['an object beside', protobuf, protobufBody(optionsType, dry, [cut(2n, Buffer.alloc(0))]), 400],
    ['no object', protobuf, '{"dryRun":["All"]}', 400],
    ['a member given twice', {}, '{"dryRun":["All"],"dryRun":[]}', 422],
    ['YAML', yaml, 'dryRun: [All]', 415],
  ];

  it.each(deletes)(
    'deletes nothing, for one Secret or all: %s',
    async (_what, type, body, status) => {
      await seedSecret(world.installation, namespace, 'kept', { password: 'kept-12345678' });
      for (const path of [`${secrets}/kept`, secrets]) {
        const answer = await world.send({ method: 'DELETE', path, headers: type, body });
        expect(answer.status).toBe(status);
      }
      expect((await stored('kept')).status).toBe(200);
      await world.installation.cluster.request('DELETE', `${secrets}/kept`);
    },
  );

  it('is on record as what it was where it has one', async () => {
    await seedSecret(world.installation, namespace, 'once', { password: 'once-12345678' });
    const path = `${secrets}/once`;
    const call = { method: 'DELETE', path, headers: protobuf };
    await world.send({ ...call, body: protobufBody(optionsType, dry) });
    expect((await stored('once')).status).toBe(200);
    await world.send({ ...call, body: protobufBody(optionsType, []) });
    expect((await stored('once')).status).toBe(404);
    const deletes = (await world.events()).filter(({ secret }) => secret === 'once');
    expect(deletes.filter(({ action }) => action === 'secrets.delete')).toMatchObject([
      { marks: ['dry-run'] },
      { marks: [] },
    ]);
  });
});

it('a token that is narrowed to a Secret creates no other by a name that is read twice', async () => {
  const { token } = await world.mint({ secrets: ['mine'] });
  const named = (name: string): Buffer => field(1, field(1, name));
  const hidden = [cut(2n, named('other'))];
  const body = protobufBody(secretType, [named('mine')], hidden);
  const nested = protobufBody(secretType, [named('mine'), cut(1n, field(1, 'other'))]);
  const call = { method: 'POST', path: secrets, headers: protobuf, token };
  for (const sent of [body, nested]) {
    expect((await world.send({ ...call, body: sent })).status).toBe(400);
  }
  expect((await stored('other')).status).toBe(404);
  const plain = protobufBody(secretType, [named('mine')]);
  expect((await world.send({ ...call, body: plain })).status).toBe(201);
});

describe('a JSON patch whose pointers the API server takes for others', () => {
  it.each([
    ['a copy of a value', { op: 'copy', from: 'x/data/password', path: '/metadata/annotations/a' }],
    ['a guess', { op: 'test', path: 'x/data/password', value: 'cGludC0xMjM0NTY3OA==' }],
    ['a write', { op: 'remove', path: 'x/data/password' }],
  ])('is refused for a token that opens no values, and for everybody: %s', async (_what, op) => {
    await seedSecret(world.installation, namespace, 'point', { password: 'pint-12345678' });
    const { token } = await world.mint({ actions: ['secrets.patch', 'secrets.get'] });
    const path = `${secrets}/point`;
    const notes = { op: 'add', path: '/metadata/annotations', value: {} };
    const call = { method: 'PATCH', path, headers: jsonPatch, body: JSON.stringify([notes, op]) };
    for (const by of [token, world.token]) {
      const answer = await world.send({ ...call, token: by });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('begins with /');
    }
    await world.installation.cluster.request('DELETE', path);
  });
});

describe('a write names every key that it touches', () => {
  const object = (data: string): string =>
    `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"keyed"},${data}}`;
  const writes: [string, string, Record<string, string>, string, readonly string[]][] = [
    [
      'a member given twice',
      'PUT',
      {},
      object('"data":{"b":"eA=="},"data":{"c":"eA=="}'),
      ['a', 'b', 'c', 'old'],
    ],
    ['keys that it leaves out', 'PUT', {}, object('"data":{"b":"eA=="}'), ['a', 'b', 'old']],
    ['no keys', 'PUT', {}, object('"type":"Opaque"'), ['a', 'old']],
    ['YAML', 'PUT', yaml, 'metadata: {name: keyed}\ndata: {b: eA==}', ['a', 'b', 'old']],
    [
      'a directive',
      'PATCH',
      strategic,
      '{"data":{"$patch":"replace","b":"eA=="}}',
      ['a', 'b', 'old'],
    ],
    ['a directive for all', 'PATCH', strategic, '{"$retainKeys":["metadata"]}', ['a', 'old']],
  ];

  it.each(writes)('with %s', async (_what, method, headers, body, keys) => {
    const { installation } = world;
    await seedSecret(installation, namespace, 'keyed', { a: 'a-12345678', old: 'o-12345678' });
    await followed(installation, namespace, (view) => {
      return view.get('keyed')?.keys.includes('old') === true;
    });
    const path = `${secrets}/keyed`;
    const type = { 'content-type': 'application/json', ...headers };
    const before = (await world.events()).length;
    const answer = await world.send({ method, path, headers: type, body });
    expect(answer.status).toBe(200);
    const write = (await world.events())
      .slice(before)
      .find(({ action }) => action === 'secrets.update' || action === 'secrets.patch');
    expect(write?.keys).toEqual(expect.arrayContaining(keys as string[]));
    await installation.cluster.request('DELETE', path);
  });
});

it.each([
  ['a collection as metadata of one', 'DELETE', '', 'PartialObjectMetadata'],
  ['a Secret as a list', 'DELETE', '/shaped', 'PartialObjectMetadataList'],
  ['a patch as a list', 'PATCH', '/shaped', 'PartialObjectMetadataList'],
])('a write whose answer could not have its form has no effect: %s', async (_what, ...asked) => {
  const [method, at, form] = asked;
  await seedSecret(world.installation, namespace, 'shaped', { password: 'shaped-12345678' });
  const headers = {
    accept: `application/json;as=${form};g=meta.k8s.io;v=v1`,
    'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
  };
  const body = method === 'PATCH' ? '{"data":null}' : '{}';
  const answer = await world.send({ method, path: `${secrets}${at}`, headers, body });
  expect(answer.status).toBe(406);
  expect((await stored('shaped')).body.data).toHaveProperty('password');
  await world.installation.cluster.request('DELETE', `${secrets}/shaped`);
});
