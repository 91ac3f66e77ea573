import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedSecret } from '../../support/seed.js';
import { facadeOf, RawWatch } from './facade-watch.js';
import { LibraryWorld, namespace } from './library-world.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const value = 'of-db-12345678';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const original = 'kapp.k14s.io/original';
const encoded = Buffer.from(value).toString('base64');

let world: LibraryWorld;

beforeAll(async () => {
  world = await LibraryWorld.start();
  await seedSecret(world.installation, namespace, 'db', { password: value });
  await seedSecret(world.installation, namespace, 'other', { password: 'of-other-12345678' });
  const applied = JSON.stringify({ stringData: { password: value } });
  const annotations = { [lastApplied]: applied, [original]: applied };
  const patch = { metadata: { annotations } };
  await world.installation.cluster.request('PATCH', `${secrets}/db`, patch);
});

afterAll(() => world.stop());

async function tokenOf(scope: object): Promise<string> {
  return (await world.mint(scope)).token;
}

function sent(token: string, method: string, path: string, type: string, body: string | Buffer) {
  const headers = { 'content-type': type };
  return world.send({ method, path: `${secrets}${path}`, token, headers, body });
}

describe('a token that opens no values', () => {
  const forms = [
    '',
    ';as=Table;v=v1;g=meta.k8s.io',
    ';as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  ];

  it.each(forms)('reads a Secret without values or names of keys, as json%s', async (form) => {
    const token = await tokenOf({ actions: ['secrets.get', 'secrets.list'] });
    const headers = { accept: `application/json${form}` };
    const path = `${secrets}/db?includeObject=Object`;
    const { status, text } = await world.send({ method: 'GET', path, token, headers });
    expect(status).toBe(200);
    expect(text).toContain('"db"');
    for (const hidden of [value, encoded, 'password', lastApplied, original]) {
      expect(text).not.toContain(hidden);
    }
  });

  it('is told none by lists and watches', async () => {
    const token = await tokenOf({ actions: ['secrets.list', 'secrets.watch'] });
    const list = await world.send({ method: 'GET', path: secrets, token });
    const watch = await RawWatch.open(facadeOf(world, token));
    await watch.next('ADDED', 'db');
    const told = [list.text, ...watch.lines.map(({ text }) => text)].join('');
    watch.close();
    expect(told).not.toContain(encoded);
    expect(told).not.toContain(value);
  });

  it('is told none by the answer to a write', async () => {
    const token = await tokenOf({ actions: ['write'] });
    const patch = JSON.stringify({ metadata: { labels: { a: 'b' } } });
    const type = 'application/merge-patch+json';
    const { status, text } = await sent(token, 'PATCH', '/db?dryRun=All', type, patch);
    expect(status).toBe(200);
    expect(text).not.toContain(encoded);
    expect(text).not.toContain(value);
  });
});

describe('a token that patches and opens no values', () => {
  it('learns whether a guess is right, and a wrong guess replaces the value', async () => {
    await seedSecret(world.installation, namespace, 'pin', { pin: '2222' });
    const token = await tokenOf({ actions: ['secrets.patch'] });
    const path = `${secrets}/pin`;
    const stored = async () => {
      const { body } = await world.installation.cluster.request<{
        metadata: { resourceVersion: string };
        data: { pin: string };
      }>('GET', path);
      return { version: body.metadata.resourceVersion, pin: atob(body.data.pin) };
    };
    const versionAfter = async (guess: string) => {
      const patch = JSON.stringify({ stringData: { pin: guess } });
      const answer = await sent(token, 'PATCH', '/pin', 'application/merge-patch+json', patch);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).not.toContain(btoa(guess));
      return (JSON.parse(answer.text) as { metadata: { resourceVersion: string } }).metadata
        .resourceVersion;
    };
    const first = await stored();
    expect(await versionAfter('2222')).toBe(first.version);
    expect(await versionAfter('1111')).not.toBe(first.version);
    expect((await stored()).pin).toBe('1111');
  });
});

describe('a token that is narrowed to some Secrets', () => {
  it('sees no other in lists and watches, by whatever selector', async () => {
    const token = await tokenOf({ secrets: ['db'] });
    for (const query of ['', '?limit=1', '?fieldSelector=type%3DOpaque']) {
      const path = `${secrets}${query}`;
      const { text } = await world.send({ method: 'GET', path, token });
      expect(text).toContain('"db"');
      expect(text).not.toContain('"other"');
      expect(text).not.toContain('"continue"');
    }
    const other = `${secrets}?fieldSelector=metadata.name%3Dother`;
    expect((await world.send({ method: 'GET', path: other, token })).status).toBe(403);
  });

  it.each([
    ['another name', 'application/json', '{"metadata":{"name":"new"}}', 403],
    ['a name that the cluster makes', 'application/json', '{"metadata":{"generateName":"d"}}', 403],
    [
      'two names',
      'application/json',
      '{"metadata":{"name":"new"},"\\u006detadata":{"name":"db"}}',
      422,
    ],
    ['YAML', 'application/yaml', 'metadata: { name: db }', 415],
    ['YAML by a parameter', 'application/json;a=yaml', '{"metadata":{"name":"new"}}', 403],
    ['protobuf by one', 'application/json;a=protobuf', '{"metadata":{"name":"new"}}', 403],
    ['JSON as protobuf', 'application/vnd.kubernetes.protobuf', '{"metadata":{"name":"db"}}', 400],
  ])('creates none with %s', async (_what, type, body, status) => {
    const token = await tokenOf({ secrets: ['db'] });
    const answer = await sent(token, 'POST', '', type, body);
    expect(answer.status, answer.text).toBe(status);
  });

  it('deletes no collection, also where a selector names its Secret', async () => {
    const token = await tokenOf({ secrets: ['db'] });
    const path = `${secrets}?fieldSelector=metadata.name%3Ddb&dryRun=All`;
    expect((await world.send({ method: 'DELETE', path, token })).status).toBe(403);
  });
});

describe('a token that opens single keys', () => {
  it('has discovery and nothing else', async () => {
    const token = await tokenOf({ keys: ['password'] });
    const calls = [`${secrets}/db`, secrets, `${secrets}?watch=true`];
    for (const path of calls) {
      expect((await world.send({ method: 'GET', path, token })).status).toBe(403);
    }
    expect((await world.send({ method: 'GET', path: '/api/v1', token })).status).toBe(200);
  });
});
