import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  SecretsWorld,
  auditEventsOf,
  etagOf,
  lastApplied,
  requireIfMatch,
  toBase64,
} from '../../support/secrets-world.js';

type Role = 'owner' | 'writer' | 'reader' | 'nobody' | 'auditor';

let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('keys', ['owner', 'writer', 'reader', 'nobody', 'auditor']);
});
afterAll(() => world?.stop());

const key = (secret: string, name: string) => `${world.at(secret)}/keys/${name}`;

describe('GET of a key', () => {
  it.each([
    ['text', 'pässword\r\n', 'text/plain; charset=utf-8'],
    ['a byte order mark', '\u{feff}mark', 'text/plain; charset=utf-8'],
    ['nothing', '', 'text/plain; charset=utf-8'],
  ])('answers %s as its bare bytes', async (what, value, mediaType) => {
    const name = `read-${what.replaceAll(' ', '-')}`;
    const seeded = await world.seed(name, { stringData: { k: value } });
    const answer = await world.as('reader').get(key(name, 'k'));
    expect(answer.status).toBe(200);
    expect(answer.bytes).toEqual(Buffer.from(value));
    expect(answer.headers).toMatchObject({
      'content-type': mediaType,
      'content-length': String(Buffer.byteLength(value)),
      etag: etagOf(seeded),
      'cache-control': 'no-store',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers bytes that are not UTF-8 as application/octet-stream', async () => {
    const bytes = Buffer.from([0, 1, 0xff, 0xfe, 0x80, 0x0a]);
    await world.seed('read-bytes', { data: { k: bytes.toString('base64') } });
    const answer = await world.as('reader').get(key('read-bytes', 'k'));
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.bytes).toEqual(bytes);
  });

  it('is 404 for an absent key, an absent Secret, and a name that only prototypes have', async () => {
    await world.seed('read-absent', { stringData: { k: 'value' } });
    const paths = ['absent', 'constructor', '__proto__', 'toString'].map((name) =>
      key('read-absent', name),
    );
    for (const path of [...paths, key('no-such-secret', 'k')]) {
      expect(await world.as('reader').get(path)).toMatchObject({
        status: 404,
        body: { code: 'NotFound' },
      });
    }
  });
});

describe('PUT of a key', () => {
  it('creates the key with 201 and replaces it with 200, byte for byte', async () => {
    await world.seed('written', { stringData: { other: 'other-value' } });
    const bytes = Buffer.from([0, 0x0d, 0x0a, 0xff, 0x22, 0x0a]);
    const created = await world.as('owner').put(key('written', 'k'), 'first-value');
    const replaced = await world.as('owner').put(key('written', 'k'), bytes);

    expect(created).toMatchObject({ status: 201, body: { changes: { added: ['k'] } } });
    expect(replaced).toMatchObject({ status: 200, body: { changes: { changed: ['k'] } } });
    expect((await world.stored('written'))?.data).toEqual({
      k: bytes.toString('base64'),
      other: toBase64('other-value'),
    });
    const stored = await world.stored('written');
    expect(stored && etagOf(stored)).toBe(replaced.headers['etag']);
  });

  it('stores an empty body as an empty value', async () => {
    await world.seed('empty');
    for (const [name, body] of [
      ['absent', undefined],
      ['given', ''],
    ] as const) {
      const answer = await world
        .as('owner')
        .send({ method: 'PUT', path: key('empty', name), body });
      expect(answer.status).toBe(201);
    }
    expect(await world.values('empty')).toEqual({ absent: '', given: '' });
  });

  it('adds the first key of a Secret without a data map', async () => {
    await world.seed('mapless');
    expect((await world.as('owner').put(key('mapless', 'k'), 'first-value')).status).toBe(201);
    expect(await world.values('mapless')).toEqual({ k: 'first-value' });
  });

  it('never creates the Secret', async () => {
    const answer = await world.as('owner').put(key('nowhere', 'k'), 'some-value');
    expect(answer).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(await world.stored('nowhere')).toBeUndefined();
  });

  it.each([undefined, 'text/plain', 'text/plain; charset=utf-8', 'application/octet-stream'])(
    'takes the body as %s',
    async (mediaType) => {
      const name = `as-${(mediaType ?? 'none').replaceAll(/\W/g, '-')}`;
      await world.seed(name);
      const headers: Record<string, string> = mediaType ? { 'content-type': mediaType } : {};
      const answer = await world.as('owner').put(key(name, 'k'), 'some-value', headers);
      expect(answer.status).toBe(201);
      expect(await world.values(name)).toEqual({ k: 'some-value' });
    },
  );

  it.each([
    'application/x-www-form-urlencoded',
    'application/json',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('is 415 as %s, and shows what works', async (mediaType) => {
    const name = `not-${mediaType.replaceAll(/\W/g, '-')}`;
    const before = await world.seed(name);
    const headers = { 'content-type': mediaType };
    const answer = await world.as('owner').put(key(name, 'k'), 'some-value', headers);
    expect(answer).toMatchObject({ status: 415, body: { code: 'UnsupportedMediaType' } });
    expect(answer.body.detail).toContain('curl -T');
    expect(await world.stored(name)).toEqual(before);
  });

  it('takes the keys __proto__, constructor and prototype like any other', async () => {
    await world.seed('named');
    const names = ['__proto__', 'constructor', 'prototype', '.hidden', 'A-Z_0.9'];
    for (const name of names) {
      expect((await world.as('owner').put(key('named', name), `value-${name}`)).status).toBe(201);
      expect((await world.as('owner').get(key('named', name))).text).toBe(`value-${name}`);
    }
    const { data } = (await world.stored('named')) ?? {};
    expect(Object.keys(data ?? {}).toSorted()).toEqual(names.toSorted());
    const read = await world.as('owner').get(world.at('named'));
    expect(read.text).toContain('"__proto__":"value-__proto__"');
  });

  it.each(['a%2Fb', 'a%20b', '..', '..a', 'ü', 'a'.repeat(254)])(
    'is 400 for the key %s, which Kubernetes would not take',
    async (name) => {
      const answer = await world.as('owner').put(key('named-badly', name), 'some-value');
      expect([400, 404]).toContain(answer.status);
      expect(await world.stored('named-badly')).toBeUndefined();
    },
  );

  it('takes a key of 253 characters', async () => {
    const name = 'k'.repeat(253);
    await world.seed('long-key');
    expect((await world.as('owner').put(key('long-key', name), 'long-value')).status).toBe(201);
    expect((await world.as('owner').get(key('long-key', name))).text).toBe('long-value');
  });

  it('writes nothing where the bytes are equal', async () => {
    const before = await world.seed('equal', { stringData: { k: 'equal-value' } });
    const answer = await world.as('owner').put(key('equal', 'k'), 'equal-value');
    expect(answer).toMatchObject({ status: 200, headers: { etag: etagOf(before) } });
    expect(answer.body.changes).toEqual({ added: [], changed: [], removed: [] });
    expect(await world.stored('equal')).toEqual(before);
  });

  it('warns of a line that ends in LF, and not of PEM', async () => {
    await world.seed('warned');
    const warned = await world.as('owner').put(key('warned', 'echoed'), 'a-line\n');
    expect(warned.headers['warning']).toMatch(/^299 - ".*\bechoed\b.*"$/);
    expect(warned.body.warnings).toHaveLength(1);
    const pem = await world.as('owner').put(key('warned', 'pem'), '-----BEGIN X-----\n');
    expect([pem.headers['warning'], pem.body.warnings]).toEqual([undefined, []]);
    expect(await world.values('warned')).toMatchObject({ echoed: 'a-line\n' });
  });

  it('keeps labels, the record of kubectl apply, finalizers and type', async () => {
    const annotations = { [lastApplied]: '{}' };
    const metadata = { labels: { l: '1' }, annotations, finalizers: ['example.org/guard'] };
    await world.seed('kept', { type: 'example.org/own', metadata });
    const answer = await world.as('owner').put(key('kept', 'k'), 'some-value');
    expect(answer.body.annotations).toEqual({});
    expect(await world.stored('kept')).toMatchObject({ type: 'example.org/own', metadata });
    await world.installation.cluster.request('PATCH', `/api${world.at('kept')}`, {
      metadata: { finalizers: null },
    });
  });

  it('is 413 where all values together would exceed 1 MiB', async () => {
    const before = await world.seed('full', { stringData: { a: 'x'.repeat(1024 * 1024 - 5) } });
    const answer = await world.as('owner').put(key('full', 'b'), '123456');
    expect(answer).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
    expect(await world.stored('full')).toEqual(before);
    expect((await world.as('owner').put(key('full', 'b'), '12345')).status).toBe(201);
  });
});

describe('DELETE of a key', () => {
  it('removes the key alone', async () => {
    await world.seed('deleted', { stringData: { a: 'value-a', b: 'value-b' } });
    const answer = await world.as('owner').delete(key('deleted', 'a'));
    expect(answer).toMatchObject({
      status: 200,
      body: { changes: { added: [], changed: [], removed: ['a'] } },
    });
    expect(await world.values('deleted')).toEqual({ b: 'value-b' });
  });

  it('is 404 for an absent key and an absent Secret', async () => {
    const before = await world.seed('not-deleted', { stringData: { a: 'value-a' } });
    for (const path of [key('not-deleted', 'b'), key('no-secret', 'a')]) {
      const answer = await world.as('owner').delete(path);
      expect(answer).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    }
    expect(await world.stored('not-deleted')).toEqual(before);
  });
});

describe('conditions and rights of single keys', () => {
  it('creates only an absent key under If-None-Match: *', async () => {
    await world.seed('only-new', { stringData: { a: 'value-a' } });
    const put = (name: string) =>
      world.as('owner').put(key('only-new', name), 'new-value', { 'if-none-match': '*' });
    expect(await put('a')).toMatchObject({ status: 412, body: { code: 'AlreadyExists' } });
    expect((await put('b')).status).toBe(201);
    expect(await world.values('only-new')).toEqual({ a: 'value-a', b: 'new-value' });
  });

  it('writes and deletes under the present ETag alone', async () => {
    const stale = etagOf(await world.seed('matched', { stringData: { a: 'value-a' } }));
    const headers = { 'if-match': stale };
    const put = await world.as('owner').put(key('matched', 'a'), 'next-value', headers);
    expect(put.status).toBe(200);
    for (const answer of [
      await world.as('owner').put(key('matched', 'a'), 'lost-value', headers),
      await world.as('owner').delete(key('matched', 'a'), headers),
    ]) {
      expect(answer).toMatchObject({ status: 412, body: { code: 'Conflict' } });
    }
    const fresh = { 'if-match': put.headers['etag'] ?? '' };
    expect((await world.as('owner').delete(key('matched', 'a'), fresh)).status).toBe(200);
  });

  it('is 428 without a condition where the Secret demands one', async () => {
    const metadata = { annotations: { [requireIfMatch]: 'true' } };
    const before = await world.seed('guarded', { stringData: { a: 'value-a' }, metadata });
    for (const answer of [
      await world.as('owner').put(key('guarded', 'a'), 'next-value'),
      await world.as('owner').delete(key('guarded', 'a')),
    ]) {
      expect(answer).toMatchObject({ status: 428, body: { code: 'PreconditionRequired' } });
    }
    expect(await world.stored('guarded')).toEqual(before);
  });

  it('is 422 on an immutable Secret', async () => {
    const before = await world.seed('fixed', { immutable: true, stringData: { a: 'value-a' } });
    for (const answer of [
      await world.as('owner').put(key('fixed', 'a'), 'next-value'),
      await world.as('owner').put(key('fixed', 'b'), 'next-value'),
      await world.as('owner').delete(key('fixed', 'a')),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    }
    expect(await world.stored('fixed')).toEqual(before);
  });

  it('lets a writer without get write and delete, and tells no key names', async () => {
    await world.seed('by-writer', { stringData: { a: 'value-a' } });
    const put = await world.as('writer').put(key('by-writer', 'b'), 'value-b');
    expect(put).toMatchObject({ status: 201, body: { changes: null } });
    const deleted = await world.as('writer').delete(key('by-writer', 'a'));
    expect(deleted).toMatchObject({ status: 200, body: { changes: null } });
    expect(await world.values('by-writer')).toEqual({ b: 'value-b' });
  });

  it.each(['reader', 'nobody'] as const)(
    'answers %s, who may not patch, the same whether or not Secret and key exist',
    async (role) => {
      const name = `probed-by-${role}`;
      const probe = async () => {
        const answers = [
          await world.as(role).put(key(name, 'a'), 'probing-1'),
          await world.as(role).put(key(name, 'a'), 'probing-1', { 'if-none-match': '*' }),
          await world.as(role).put(key(name, 'a'), 'probing-1', { 'if-match': '"a.1"' }),
          await world.as(role).delete(key(name, 'a')),
        ];
        return answers.map(({ body: { requestId: _request, auditId: _audit, ...rest } }) => rest);
      };
      const absent = await probe();
      await world.seed(name, { stringData: { a: 'value-a' } });
      expect(absent.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      expect(await probe()).toEqual(absent);
    },
  );

  it('answers a dry run without a state to name and changes nothing', async () => {
    const before = await world.seed('planned', { stringData: { a: 'value-a' } });
    for (const answer of [
      await world.as('owner').put(`${key('planned', 'b')}?dryRun=All`, 'value-b'),
      await world.as('owner').delete(`${key('planned', 'a')}?dryRun=All`),
    ]) {
      expect(answer.status).toBeLessThan(300);
      expect(answer.headers['etag']).toBeUndefined();
      expect(answer.body).not.toHaveProperty('resourceVersion');
      expect(answer.body).not.toHaveProperty('version');
    }
    expect(await world.stored('planned')).toEqual(before);
  });

  it('records who touched which key, and never another key', async () => {
    await world.seed('recorded', { stringData: { a: 'value-a', b: 'value-b' } });
    await world.as('reader').get(key('recorded', 'a'));
    await world.as('owner').put(key('recorded', 'a'), 'next-value');
    await world.as('owner').delete(key('recorded', 'a'));
    const events = await auditEventsOf(world.as('auditor'), 'keys', '&secret=recorded');
    expect(events.toReversed()).toMatchObject([
      { action: 'secrets.reveal', keys: ['a'], outcome: 'allowed', code: 200 },
      { action: 'secrets.update', keys: ['a'], outcome: 'allowed', code: 200 },
      { action: 'secrets.update', keys: ['a'], outcome: 'allowed', code: 200 },
    ]);
  });
});
