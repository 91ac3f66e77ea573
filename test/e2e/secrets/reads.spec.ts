import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsWorld, auditEventsOf, etagOf, lastApplied } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';

type Role = 'owner' | 'reader' | 'nobody' | 'auditor';

const run = promisify(execFile);
const OTHER_UID = '00000000-0000-4000-8000-000000000000';
let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('reads', ['owner', 'reader', 'nobody', 'auditor']);
});
afterAll(() => world?.stop());

describe('a read of a Secret', () => {
  it('answers text under stringData, other bytes under data, and never the record of apply', async () => {
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'parent', uid: OTHER_UID };
    const seeded = await world.seed('shape', {
      data: { text: 'w7w=', bom: '77u/eA==', bytes: '//4=', empty: '' },
      metadata: {
        labels: { l: '1' },
        annotations: { [lastApplied]: '{"data":{"text":"w7w="}}', n: '2' },
        ownerReferences: [owner],
      },
    });
    const answer = await world.as('reader').get(world.at('shape'));

    expect(answer.headers['etag']).toBe(etagOf(seeded));
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.body).toEqual({
      namespace: 'reads',
      name: 'shape',
      uid: seeded.metadata.uid,
      type: 'Opaque',
      immutable: false,
      labels: { l: '1' },
      annotations: { n: '2' },
      ownerReferences: [owner],
      stringData: { text: 'ü', bom: '\u{feff}x', empty: '' },
      data: { bytes: '//4=' },
      resourceVersion: seeded.metadata.resourceVersion,
      // Null until the watch has told of it.
      version: expect.toBeOneOf([null, 1]),
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
      updatedBy: null,
    });
  });

  it('puts all values under data with encoding=base64', async () => {
    await world.seed('encoded', { data: { text: 'w7w=', bytes: '//4=', empty: '' } });
    const { body } = await world.as('reader').get(`${world.at('encoded')}?encoding=base64`);
    expect([body['stringData'], body['data']]).toEqual([
      {},
      { text: 'w7w=', bytes: '//4=', empty: '' },
    ]);
  });

  it('shows names and sizes of keys, and no value, as metadata', async () => {
    await world.seed('described', { data: { text: 'w7w=', bytes: '//4A' } });
    const answer = await world.as('reader').get(`${world.at('described')}/metadata`);
    // Null until history has seen it.
    const version: unknown = expect.toSatisfy((number) => number === null || number === 1);
    expect(answer.body['keys']).toEqual([
      { name: 'bytes', sizeBytes: 3, version },
      { name: 'text', sizeBytes: 2, version },
    ]);
    for (const value of ['ü', 'w7w=', '//4A']) expect(answer.text).not.toContain(value);
    expect(Object.keys(answer.body)).not.toContain('stringData');
    expect(Object.keys(answer.body)).not.toContain('data');
  });

  it.each(['', '?encoding=base64'])(
    'is the body of a PUT that writes nothing (%s)',
    async (query) => {
      const name = `unchanged${query.length}`;
      const before = await world.seed(name, {
        data: { text: 'w7w=', bytes: '//4=', empty: '', constructor: 'Yw==', prototype: 'cA==' },
        metadata: { labels: { l: '1' }, annotations: { n: '2', [lastApplied]: '{}' } },
      });
      const read = await world.as('owner').get(`${world.at(name)}${query}`);
      const put = await world.as('owner').put(world.at(name), read.body);
      expect(put.status).toBe(200);
      expect(put.headers['etag']).toBe(etagOf(before));
      expect(await world.stored(name)).toEqual(before);
    },
  );

  it('gives every byte back', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const put = await world
      .as('owner')
      .put(world.at('bytes'), { data: { all: bytes.toString('base64') } });
    expect(put.status).toBe(201);
    const read = await world.as('reader').get(world.at('bytes'));
    expect(read.body['data']).toEqual({ all: bytes.toString('base64') });
    expect((await world.as('reader').get(`${world.at('bytes')}/keys/all`)).bytes).toEqual(bytes);
  });

  it('takes a name of 253 characters, and refuses one of 254', async () => {
    const name = `${'n'.repeat(126)}.${'m'.repeat(126)}`;
    const put = await world.as('owner').put(world.at(name), { stringData: { a: 'long-named' } });
    expect(put.status).toBe(201);
    expect((await world.as('owner').get(world.at(name))).body.name).toBe(name);
    expect(await world.as('owner').get(world.at(`${name}x`))).toMatchObject({
      status: 400,
      body: { code: 'BadRequest' },
    });
  });

  it('is 404 where there is none, for who may read', async () => {
    const answer = await world.as('reader').get(world.at('absent'));
    expect(answer).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});

describe('sizes', () => {
  it('takes and gives a Secret of 1 MiB, as base64 and as escaped text', async () => {
    const bytes = Buffer.alloc(1024 * 1024, 0xff);
    const data = { all: bytes.toString('base64') };
    expect((await world.as('owner').put(world.at('mebi'), { data })).status).toBe(201);
    expect((await world.as('owner').get(`${world.at('mebi')}/keys/all`)).bytes).toEqual(bytes);

    const text = '\u0001'.repeat(1024 * 1024);
    const put = await world.as('owner').put(world.at('mebi-text'), { stringData: { text } });
    expect(put.status).toBe(201);
    expect((await world.as('owner').get(world.at('mebi-text'))).body['stringData']).toEqual({
      text,
    });
  });

  it('is 413 one byte above, naming the bound, and creates nothing', async () => {
    const data = { all: Buffer.alloc(1024 * 1024 + 1, 0xff).toString('base64') };
    const answer = await world.as('owner').put(world.at('too-large'), { data });
    expect(answer).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
    expect(answer.body.detail).toContain('1048576');
    expect(await world.stored('too-large')).toBeUndefined();
  });

  it('is 413 for a body above 7 MiB, and for a key above 1 MiB', async () => {
    const body = `{"stringData":{"a":"${'x'.repeat(7 * 1024 * 1024)}"}}`;
    const headers = { 'content-type': 'application/json' };
    const whole = await world.as('owner').put(world.at('too-long'), body, headers);
    expect(whole).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
    const value = Buffer.alloc(1024 * 1024 + 1, 0x78);
    const single = await world.as('owner').put(`${world.at('too-long')}/keys/k`, value);
    expect(single).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
  });
});

describe('conditions of a read', () => {
  it.each(['', '/metadata', '/keys/a', '?format=json'])(
    'answers 304 without a body for a listed ETag (%s), on record as secrets.check',
    async (suffix) => {
      const name = `cond${suffix.replaceAll(/\W/g, '')}`;
      const seeded = await world.seed(name, { stringData: { a: 'value-a' } });
      const path = `${world.at(name)}${suffix}`;
      for (const tag of ['*', etagOf(seeded), `"x.1", W/${etagOf(seeded)}`]) {
        const headers = { 'if-none-match': tag, 'cache-control': 'no-cache', pragma: 'no-cache' };
        const answer = await world.as('reader').get(path, headers);
        expect([answer.status, answer.text]).toEqual([304, '']);
        expect(answer.headers['etag']).toBe(etagOf(seeded));
      }
      const changed = await world.as('reader').get(path, { 'if-none-match': '"x.1"' });
      expect(changed.status).toBe(200);

      const events = await auditEventsOf(world.as('auditor'), 'reads', `&secret=${name}`);
      expect(events.map(({ action, code }) => `${action} ${code}`)).toEqual([
        suffix === '/metadata' ? 'secrets.get 200' : 'secrets.reveal 200',
        ...Array<string>(3).fill('secrets.check 304'),
      ]);
    },
  );

  it('is 412 where If-Match lists another state, and reveals nothing', async () => {
    const seeded = await world.seed('if-match', { stringData: { a: 'value-a' } });
    for (const suffix of ['', '/metadata', '/keys/a']) {
      const path = `${world.at('if-match')}${suffix}`;
      const stale = await world.as('reader').get(path, { 'if-match': '"x.1"' });
      expect(stale).toMatchObject({ status: 412, body: { code: 'Conflict' } });
      expect(stale.text).not.toContain('value-a');
      const fresh = await world.as('reader').get(path, { 'if-match': etagOf(seeded) });
      expect(fresh.status).toBe(200);
    }
  });

  it('is 504 within 3 s for a resourceVersion that the cluster has not reached', async () => {
    const { metadata } = await world.seed('far', { stringData: { a: 'value-a' } });
    const started = Date.now();
    const far = await world.as('reader').get(`${world.at('far')}?resourceVersion=99999999999`);
    expect(far).toMatchObject({ status: 504, body: { code: 'Timeout' } });
    expect(Date.now() - started).toBeLessThan(3_000);
    const near = `${world.at('far')}?resourceVersion=${metadata.resourceVersion}`;
    expect((await world.as('reader').get(near)).status).toBe(200);
    const strong = `${world.at('far')}?consistency=strong`;
    expect((await world.as('reader').get(strong)).status).toBe(200);
  });
});

describe('HEAD', () => {
  it.each(['', '/metadata', '/keys/a'])(
    'is GET%s without a body, with its right',
    async (suffix) => {
      const name = `head${suffix.length}`;
      await world.seed(name, { stringData: { a: 'value-a' } });
      const path = `${world.at(name)}${suffix}`;
      // From then on nothing of the body changes.
      await eventually(async () => {
        const { body } = await world.as('reader').get(`${world.at(name)}/metadata`);
        expect(body['version']).toBe(1);
      });
      const get = await world.as('reader').get(path);
      const head = await world.as('reader').send({ method: 'HEAD', path });
      expect([head.status, head.text]).toEqual([200, '']);
      for (const header of ['etag', 'content-type', 'content-length']) {
        expect(head.headers[header]).toBe(get.headers[header]);
      }
      expect((await world.as('nobody').send({ method: 'HEAD', path })).status).toBe(403);
    },
  );
});

describe('formats', () => {
  const values = { B: 'it\'s $HOME `x` "q" \\', A: 'plain', C_1: 'two\nlines', D: '', E: 'ü €' };

  beforeAll(() => world.seed('formats', { stringData: values }));

  const read = (query: string) => world.as('reader').get(`${world.at('formats')}?${query}`);

  it('renders json as the bare map, sorted, ended by LF', async () => {
    const { text, headers } = await read('format=json');
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toEqual(values);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(values).toSorted());
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  it('renders yaml in which everything is a string', async () => {
    await world.seed('yaml', { stringData: { yes: 'no', n: '0123', d: '2026-01-01', z: '~' } });
    const { text, headers } = await world.as('reader').get(`${world.at('yaml')}?format=yaml`);
    expect(parseYaml(text)).toEqual({ yes: 'no', n: '0123', d: '2026-01-01', z: '~' });
    expect(headers['content-type']).toMatch(/^application\/yaml/);
    expect(parseYaml((await read('format=yaml')).text)).toEqual(values);
  });

  it('renders properties with escapes that leave ASCII alone', async () => {
    const { text, headers } = await read('format=properties');
    expect(text.split('\n')).toEqual([
      'A=plain',
      String.raw`B=it's $HOME ${'`x`'} "q" \\`,
      String.raw`C_1=two\nlines`,
      'D=',
      String.raw`E=\u00FC \u20AC`,
      '',
    ]);
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });

  it.each(['dash', 'bash'])('renders env that %s reads back byte for byte', async (shell) => {
    const { text, headers } = await read('format=env');
    expect(headers['content-type']).toMatch(/^text\/plain; charset=utf-8/);
    const file = join(world.installation.dataDir, 'formats.env');
    await writeFile(file, text);
    for (const [name, value] of Object.entries(values)) {
      const script = `. ${file}; printf %s "$${name}"`;
      expect((await run(shell, ['-c', script])).stdout).toBe(value);
    }
  });

  it('maps keys to names only with names=upper, and never two on one', async () => {
    const stringData = { 'mongodb-root-password': 'r00t' };
    await world.seed('dashed', { stringData });
    const get = (name: string, query: string) =>
      world.as('reader').get(`${world.at(name)}?${query}`);
    const refused = await get('dashed', 'format=env');
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/data/mongodb-root-password' }] },
    });
    const mapped = await get('dashed', 'format=env&names=upper');
    expect(mapped.text).toBe('MONGODB_ROOT_PASSWORD=r00t\n');
    expect(mapped.headers['etag']).toBe((await get('dashed', 'format=json')).headers['etag']);

    await world.seed('clash', { stringData: { 'a-b': 'value-1', a_b: 'value-2' } });
    const clash = await get('clash', 'format=env&names=upper');
    expect(clash).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(clash.text).not.toContain('value-');
  });

  it.each(['json', 'env', 'yaml', 'properties'])(
    'is 422 as %s for bytes that are not text, naming the key, and gives base64 if asked',
    async (format) => {
      const data = { BYTES: '//4=', TEXT: 'dGV4dA==' };
      if (!(await world.stored('binary'))) await world.seed('binary', { data });
      const path = `${world.at('binary')}?format=${format}`;
      const refused = await world.as('reader').get(path);
      expect(refused).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/data/BYTES' }] },
      });
      expect(refused.text).not.toContain('dGV4dA');
      const encoded = await world.as('reader').get(`${path}&encoding=base64`);
      expect(encoded.status).toBe(200);
      expect(encoded.text).toContain(format === 'properties' ? String.raw`//4\=` : '//4=');
    },
  );

  it('ignores Accept', async () => {
    const headers = { accept: 'application/yaml, text/csv' };
    const answer = await world.as('reader').get(world.at('formats'), headers);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });
});

describe('parameters of a read', () => {
  it.each([
    ['unknown', 'fromat=env', '/query/fromat'],
    ['unknown in its case', 'Format=env', '/query/Format'],
    ['of an unknown value', 'format=toml', '/query/format'],
    ['empty', 'format=', '/query/format'],
    ['given twice', 'format=env&format=env', '/query/format'],
    ['of a later issue', 'waitSeconds=1', '/query/waitSeconds'],
    ['no number', 'resourceVersion=abc', '/query/resourceVersion'],
    ['__proto__', '__proto__=1', '/query/__proto__'],
  ])('are 400 where one is %s, by its name', async (_what, query, pointer) => {
    const answer = await world.as('reader').get(`${world.at('formats')}?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
    expect(answer.body.errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('are 400 on metadata and keys where they belong to the whole Secret', async () => {
    for (const suffix of ['/metadata', '/keys/A']) {
      const path = `${world.at('formats')}${suffix}?format=env`;
      expect((await world.as('reader').get(path)).status).toBe(400);
    }
  });
});
