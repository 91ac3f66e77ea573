import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { RestAnswer } from '../../support/rest-caller.js';
import { sendBytes } from '../../support/raw-http.js';
import { type KubeSecret, SecretsWorld, toBase64 } from '../../support/secrets-world.js';

const marker = 'canary-7f3a9c';
const json = { 'content-type': 'application/json' };
let world: SecretsWorld<'owner'>;
let url: string;
let before: readonly (KubeSecret | undefined)[];

beforeAll(async () => {
  world = await SecretsWorld.start('bad-input', ['owner']);
  [url = ''] = await world.installation.gateway.listen();
  await world.seed('target', { stringData: { key: 'stays' } });
});
afterAll(() => world?.stop());

// Whatever is refused below has changed nothing in the namespace.
const all = async () => {
  const path = '/api/v1/namespaces/bad-input/secrets';
  const list = await world.installation.cluster.request<{ readonly items: KubeSecret[] }>(
    'GET',
    path,
  );
  return list.body.items;
};
beforeEach(async () => {
  before = await all();
});
afterEach(async () => {
  const isUnchanged = isDeepStrictEqual(await all(), before);
  if (!isUnchanged) throw new Error('a refused request has changed something');
});

function expectRefusal(answer: RestAnswer, status: number, code: string): void {
  expect(answer).toMatchObject({ status, body: { code, status } });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
  expect(answer.body['type']).toBe(`https://sallyport.dev/errors#${code}`);
  expect(answer.body.auditId).toBe(answer.headers['audit-id']);
  expect(answer.body.requestId).toBe(answer.headers['x-request-id']);
  for (const fragment of [marker, marker.slice(0, 6), toBase64(marker).slice(0, 8), '7f3a9c']) {
    expect(answer.text).not.toContain(fragment);
  }
}

describe('names', () => {
  it.each(['UPPER', 'under_score', '-dash', 'dash-', 'a..b', '.', 'a%2Fb', 'ü', 'n'.repeat(254)])(
    'is 400 for a Secret %s in the path',
    async (name) => {
      const path = world.at(encodeURI(name).replaceAll('%25', '%'));
      const answer = await world.as('owner').put(path, { stringData: { a: marker } });
      // `.` never arrives: URLs resolve it.
      if (name === '.') expect([404, 405]).toContain(answer.status);
      else expectRefusal(answer, 400, 'BadRequest');
    },
  );

  it.each(['UPPER', 'a.b', 'n'.repeat(64)])('is 400 for a namespace %s', async (namespace) => {
    const path = `/v1/namespaces/${namespace}/secrets/target`;
    const answer = await world.as('owner').put(path, { stringData: { a: marker } });
    expectRefusal(answer, 400, 'BadRequest');
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(['/path/namespace']);
  });

  it.each([undefined, null, 7, '', 'UPPER', 'n'.repeat(254)])(
    'is 422 for a Secret named %s in the body of a POST',
    async (name) => {
      const answer = await world.as('owner').post(world.path, { name, stringData: { a: marker } });
      expectRefusal(answer, 422, 'Invalid');
      expect(answer.body.errors.map(({ pointer }) => pointer)).toContain('/name');
    },
  );

  it.each(['a b', 'a/b', '..', '.', '..a', 'ü', '', 'k'.repeat(254)])(
    'is 422 for a key "%s", under either spelling and in every kind of write',
    async (key) => {
      const caller = world.as('owner');
      for (const maps of [
        { stringData: { [key]: marker } },
        { data: { [key]: toBase64(marker) } },
      ]) {
        expectRefusal(await caller.post(world.path, { name: 'new', ...maps }), 422, 'Invalid');
        expectRefusal(await caller.put(world.at('target'), maps), 422, 'Invalid');
        expectRefusal(await caller.merge(world.at('target'), maps), 422, 'Invalid');
      }
      const path = `/stringData/${key.replaceAll('/', '~1')}`;
      const operation = { op: 'add', path, value: marker };
      const patched = await caller.jsonPatch(world.at('target'), [operation]);
      expectRefusal(patched, 422, 'Invalid');
    },
  );

  it.each([
    ['labels', 'with a space in a key', { 'a b': 'x' }, '/labels/a b'],
    ['labels', 'with a value of words', { a: 'not a label value' }, '/labels/a'],
    ['labels', 'with a value of 64 characters', { a: 'l'.repeat(64) }, '/labels/a'],
    ['labels', 'with a capital prefix', { 'UPPER.example/a': 'x' }, '/labels/UPPER.example~1a'],
    ['labels', 'with a number', { a: 7 }, '/labels/a'],
    ['annotations', 'with a space in a key', { 'a b': 'x' }, '/annotations/a b'],
    ['annotations', 'with an object', { a: { nested: 'x' } }, '/annotations/a'],
    ['annotations', 'above 256 KiB', { a: 'x'.repeat(256 * 1024) }, '/annotations'],
    ['labels', 'that are a list', [], '/labels'],
    ['annotations', 'that are text', 'text', '/annotations'],
  ])('is 422 for %s %s, in PUT and PATCH', async (member, _what, value, pointer) => {
    const body = { stringData: { key: marker }, [member]: value };
    for (const answer of [
      await world.as('owner').put(world.at('target'), body),
      await world.as('owner').merge(world.at('target'), body),
    ]) {
      expectRefusal(answer, 422, 'Invalid');
      expect(answer.body.errors.map((error) => error.pointer)).toEqual([pointer]);
    }
  });
});

describe('values', () => {
  it.each([
    ['no base64', { data: { a: `${marker}!` } }, '/data/a'],
    ['base64 without padding', { data: { a: 'YQ' } }, '/data/a'],
    ['base64 of the URL alphabet', { data: { a: '_-8=' } }, '/data/a'],
    ['a number', { stringData: { a: 42 } }, '/stringData/a'],
    ['an object', { stringData: { a: { [marker]: 1 } } }, '/stringData/a'],
    ['a list', { data: { a: [marker] } }, '/data/a'],
    ['a map that is a list', { stringData: [marker] }, '/stringData'],
    ['a map that is text', { data: marker }, '/data'],
    ['half a surrogate pair', { stringData: { a: `${marker}\u{d800}` } }, '/stringData/a'],
  ])('are 422 where one is %s', async (_what, body, pointer) => {
    for (const answer of [
      await world.as('owner').put(world.at('target'), body),
      await world.as('owner').post(world.path, { name: 'new', ...body }),
      await world.as('owner').merge(world.at('target'), body),
    ]) {
      expectRefusal(answer, 422, 'Invalid');
      expect(answer.body.errors.map((error) => error.pointer)).toEqual([pointer]);
    }
  });
});

describe('bodies', () => {
  const value = `"a":"${marker}"`;
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`;

  it.each([
    ['empty', '', 400],
    ['no JSON', `{"stringData":{${value}`, 400],
    ['JSON with garbage behind', `{"stringData":{${value}}}}`, 400],
    ['two documents', `{"stringData":{${value}}}{"data":{}}`, 400],
    ['JSON with a comment', `{/**/"stringData":{${value}}}`, 400],
    ['JSON with a byte order mark', `\u{feff}{"stringData":{${value}}}`, 400],
    ['nested deeper than 32 levels', `{"stringData":{${value}},"labels":${deep}}`, 400],
    ['a list', `["${marker}"]`, 422],
    ['a text', `"${marker}"`, 422],
    ['null', 'null', 422],
    ['a member twice', `{"stringData":{${value}},"stringData":{}}`, 422],
    ['a member twice, once escaped', `{"data":{},"d\\u0061ta":{"a":"${toBase64(marker)}"}}`, 422],
    ['a key twice', `{"stringData":{${value},"a":"${marker}-2"}}`, 422],
    ['a key __proto__', `{"stringData":{"__proto__":"${marker}"}}`, 422],
    ['a key __proto__, escaped', `{"stringData":{"__pr\\u006fto__":"${marker}"}}`, 422],
    ['a member __proto__', `{"stringData":{${value}},"__proto__":{"data":{}}}`, 422],
    ['an unknown member', `{"stringData":{${value}},"${'constructor'}":{}}`, 422],
  ])('are refused where one is or has %s', async (_what, body, status) => {
    const code = status === 400 ? 'BadRequest' : 'Invalid';
    const caller = world.as('owner');
    expectRefusal(await caller.put(world.at('target'), body, json), status, code);
    expectRefusal(await caller.merge(world.at('target'), body, json), status, code);
    expectRefusal(await caller.post(world.path, body, json), status, code);
  });

  it('are 400 where one is not UTF-8', async () => {
    const start = Buffer.from(`{"stringData":{"a":"${marker}`);
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      const body = Buffer.concat([start, Buffer.from(bytes), Buffer.from('"}}')]);
      expectRefusal(await world.as('owner').put(world.at('target'), body, json), 400, 'BadRequest');
    }
  });

  it('are 415 in another media type, without one, and compressed', async () => {
    const body = `{"stringData":{${value}}}`;
    const types = ['text/plain', 'application/yaml', 'application/x-www-form-urlencoded'];
    const headers: Record<string, string>[] = [
      ...types.map((type) => ({ 'content-type': type })),
      {},
      { ...json, 'content-encoding': 'gzip' },
    ];
    for (const given of headers) {
      const answer = await world.as('owner').put(world.at('target'), body, given);
      expectRefusal(answer, 415, 'UnsupportedMediaType');
    }
  });

  it('are 400 where a route takes none', async () => {
    const path = world.at('target');
    for (const method of ['GET', 'DELETE'] as const) {
      const answer = await world.as('owner').send({ method, path, body: marker });
      expectRefusal(answer, 400, 'BadRequest');
    }
  });
});

describe('requests', () => {
  const target = '/v1/namespaces/bad-input/secrets/target';
  const body = `{"stringData":{"key":"${marker}"}}`;
  const put = (headers: readonly string[]) =>
    sendBytes(
      url,
      [
        `PUT ${target} HTTP/1.1`,
        'host: sallyport',
        'connection: close',
        `content-length: ${body.length}`,
        ...headers,
        '',
        body,
      ].join('\r\n'),
    );
  const authorization = () => `authorization: Bearer ${world.tokens.owner}`;

  it.each([
    ['Content-Type', ['application/json', 'application/json']],
    ['If-Match', ['*', '*']],
    ['If-None-Match', ['*', '"a.1"']],
    ['Idempotency-Key', ['one', 'two']],
  ])('are 400 with a repeated %s', async (header, values) => {
    const repeated = values.map((value) => `${header}: ${value}`);
    const others = header === 'Content-Type' ? [] : ['content-type: application/json'];
    const answer = await put([authorization(), ...others, ...repeated]);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BadRequest"');
    expect(answer).toContain(header.toLowerCase());
    expect(answer).not.toContain(marker);
  });

  it.each(['', ';', 'json', 'application/'])('are 415 with the Content-Type %j', async (type) => {
    const answer = await put([authorization(), `content-type: ${type}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 415 [^]*"code":"UnsupportedMediaType"/);
    expect(answer).not.toContain(marker);
  });

  it('take a blank Content-Type as none where a route needs none', async () => {
    const { status, body: answer } = await world.as('owner').send({
      ...{ method: 'PUT', path: `${world.at('target')}/keys/blank?dryRun=All`, body: marker },
      headers: { 'content-type': '' },
    });
    expect([status, answer.code]).toEqual([201, undefined]);
  });

  it('are 400 with a repeated Authorization, also where the first is good', async () => {
    const headers = [
      authorization(),
      'authorization: Bearer other',
      'content-type: application/json',
    ];
    expect(await put(headers)).toMatch(/^HTTP\/1\.1 400 [^]*"code":"BadRequest"/);
  });

  it.each(['Impersonate-User', 'impersonate-group', 'Impersonate-Extra-Scopes', 'Impersonate-Uid'])(
    'are 400 with %s',
    async (header) => {
      const headers = { [header]: 'system:admin' };
      const caller = world.as('owner');
      expectRefusal(await caller.get(world.at('target'), headers), 400, 'BadRequest');
      const written = await caller.put(world.at('target'), { stringData: { a: marker } }, headers);
      expectRefusal(written, 400, 'BadRequest');
    },
  );

  it('are 400 with two lengths or a length and chunks', async () => {
    const common = [authorization(), 'content-type: application/json'];
    expect(await put([...common, 'content-length: 2'])).toMatch(/^HTTP\/1\.1 400 /);
    expect(await put([...common, 'transfer-encoding: chunked'])).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('are 405 with Allow for a method that a path does not have', async () => {
    const answer = await world.as('owner').send({ method: 'POST', path: world.at('target') });
    expectRefusal(answer, 405, 'MethodNotAllowed');
    expect(answer.headers['allow']).toBe('GET, HEAD, PUT, PATCH, DELETE');
  });

  it('are 400 with a reason beyond 512 characters', async () => {
    const headers = { 'x-change-reason': 'r'.repeat(513) };
    const answer = await world.as('owner').put(world.at('target'), { data: {} }, headers);
    expectRefusal(answer, 400, 'BadRequest');
  });
});
