import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { SecretsWorld, auditEventsOf, etagOf } from '../../support/secrets-world.js';

type Role = 'owner' | 'writer' | 'reader' | 'nobody' | 'auditor';

const config = '{\n  "db": { "host": "h", "password": "first" },\n  "ports": [1, 2]\n}\n';
const yaml = '# kept\ndb:\n  password: first # why\n';

let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('documents', ['owner', 'writer', 'reader', 'nobody', 'auditor']);
});
afterAll(() => world?.stop());

function at(secret: string, key: string, pointer: string, more = ''): string {
  return `${world.at(secret)}/keys/${key}?pointer=${encodeURIComponent(pointer)}${more}`;
}

async function document(secret: string, key = 'config.json'): Promise<string> {
  const { data = {} } = (await world.stored(secret)) ?? {};
  return Buffer.from(data[key] ?? '', 'base64').toString();
}

describe('GET of a member of a document', () => {
  beforeAll(() => world.seed('read', { stringData: { 'config.json': config, 'c.yaml': yaml } }));

  it.each([
    ['/db/password', '', 'first', 'text/plain; charset=utf-8'],
    ['/db/password', '&as=json', '"first"', 'application/json; charset=utf-8'],
    ['/ports/1', '', '2', 'application/json; charset=utf-8'],
    ['/db', '', '{ "host": "h", "password": "first" }', 'application/json; charset=utf-8'],
  ])('%s%s answers it alone, with the tag of the Secret', async (pointer, more, text, type) => {
    const answer = await world.as('reader').get(at('read', 'config.json', pointer, more));
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text });
    expect(answer.headers['content-type']).toBe(type);
    const stored = await world.stored('read');
    const etag = stored && etagOf(stored);
    expect(answer.headers['etag']).toBe(etag);
    const again = await world.as('reader').send({
      method: 'GET',
      path: at('read', 'config.json', pointer, more),
      headers: { 'if-none-match': String(etag) },
    });
    expect(again.status).toBe(304);
  });

  it('reads YAML, and a version', async () => {
    expect((await world.as('reader').get(at('read', 'c.yaml', '/db/password'))).text).toBe('first');
    const token = await world.installation.user('documents', 'historian', [
      allOfSecrets,
      { apiGroups: ['sallyport.dev'], resources: ['secretversions'], verbs: ['get'] },
    ]);
    const historian = new RestCaller(world.installation.gateway.fastify, token);
    const past = await historian.get(at('read', 'c.yaml', '/db/password', '&version=1'));
    expect(past).toMatchObject({ status: 200, text: 'first' });
    const absent = await historian.get(at('read', 'c.yaml', '/db/user', '&version=1'));
    expect(absent).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });

  it.each([
    ['config.json', '/db/user', 404, 'NotFound'],
    ['other.json', '/db', 404, 'NotFound'],
    ['c.yaml', '/db/password/x', 404, 'NotFound'],
    ['config.json', 'db', 400, 'BadRequest'],
    ['config.json', '/a~2', 400, 'BadRequest'],
  ])('of %s %s is %i', async (key, pointer, status, code) => {
    const answer = await world.as('reader').get(at('read', key, pointer));
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.text).not.toContain('first');
  });

  it('is 422 without a document, and with `as` alone', async () => {
    await world.seed('plain', { stringData: { k: 'no document: canary' } });
    const answer = await world.as('reader').get(at('plain', 'k', '/a'));
    const errors = [{ pointer: '/data/k', reason: 'is not valid JSON' }];
    expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid', errors } });
    expect(answer.text).not.toContain('canary');
    const alone = await world.as('reader').get(`${world.at('plain')}/keys/k?as=json`);
    expect(alone.status).toBe(400);
  });

  it('needs the right to the key, and a denial says nothing of the document', async () => {
    const answers = await Promise.all(
      ['/db/password', '/no/such', '/db'].map((pointer) =>
        world.as('nobody').get(at('read', 'config.json', pointer)),
      ),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    }
  });
});

describe('PUT of a member of a document', () => {
  it('replaces and adds it, and leaves all other bytes', async () => {
    await world.seed('written', { stringData: { 'config.json': config, other: 'kept' } });
    const path = at('written', 'config.json', '/db/password');
    const answer = await world.as('owner').put(path, 'n"ew');
    expect(answer).toMatchObject({ status: 200, body: { changes: { changed: ['config.json'] } } });
    expect(answer.text).not.toContain('n\\"ew');
    expect(await document('written')).toBe(config.replace('first', 'n\\"ew'));
    await world.as('owner').put(at('written', 'config.json', '/ports/-', '&as=json'), '3');
    expect(JSON.parse(await document('written'))).toMatchObject({ ports: [1, 2, 3] });
    const stored = await world.stored('written');
    expect(stored?.data?.['other']).toBe(Buffer.from('kept').toString('base64'));
  });

  it('keeps the comments of YAML', async () => {
    await world.seed('yaml', { stringData: { 'c.yaml': yaml } });
    expect((await world.as('owner').put(at('yaml', 'c.yaml', '/db/password'), '5')).status).toBe(
      200,
    );
    expect(await document('yaml', 'c.yaml')).toBe(yaml.replace('first', '"5"'));
  });

  it('loses no change of others that comes meanwhile', async () => {
    const members = Array.from({ length: 3 }, (_, index) => `m${index}`);
    await world.seed('raced', { stringData: { 'config.json': '{}' } });
    const answers = await Promise.all(
      members.map((name) => world.as('owner').put(at('raced', 'config.json', `/${name}`), name)),
    );
    const written = members.filter((_, index) => answers[index]?.status === 200);
    // One that others overtook three times is 409, and has changed nothing.
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect(Object.keys(JSON.parse(await document('raced')) as object).toSorted()).toEqual(written);
  });

  it('obeys If-Match and If-None-Match', async () => {
    const seeded = await world.seed('matched', { stringData: { 'config.json': config } });
    const path = at('matched', 'config.json', '/db/password');
    const put = (headers: Record<string, string>, to = path) =>
      world.as('owner').send({ method: 'PUT', path: to, body: 'new', headers });
    expect((await put({ 'if-match': '"other"' })).status).toBe(412);
    expect((await put({ 'if-none-match': '*' })).status).toBe(412);
    expect(await document('matched')).toBe(config);
    expect((await put({ 'if-match': etagOf(seeded) })).status).toBe(200);
    const added = at('matched', 'config.json', '/db/user');
    expect((await put({ 'if-none-match': '*' }, added)).status).toBe(200);
  });

  it('needs the right to write and the right to read', async () => {
    await world.seed('refused', { stringData: { 'config.json': config } });
    for (const pointer of ['/db/password', '/no/such/member']) {
      const path = at('refused', 'config.json', pointer);
      for (const role of ['writer', 'reader', 'nobody'] as const) {
        const answer = await world.as(role).put(path, 'new');
        expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
      }
    }
    expect(await document('refused')).toBe(config);
  });

  it.each([
    ['/db/password/x', '', 'x', 404],
    ['/ports/9', '', 'x', 404],
    ['/db/port', '&as=json', '{"a":', 422],
  ])('%s%s with %s is %i and changes nothing', async (pointer, more, body, status) => {
    const name = 'unchanged';
    if ((await world.stored(name)) === undefined) {
      await world.seed(name, { stringData: { 'config.json': config } });
    }
    const answer = await world.as('owner').put(at(name, 'config.json', pointer, more), body);
    expect(answer.status).toBe(status);
    expect(await document(name)).toBe(config);
  });

  it('is repeated under its Idempotency-Key, and tried by a dry run', async () => {
    await world.seed('repeated', { stringData: { 'config.json': '{"a":[]}' } });
    const path = at('repeated', 'config.json', '/a/-');
    const dry = await world.as('owner').put(`${path}&dryRun=All`, 'x');
    expect(dry).toMatchObject({ status: 200, body: { changes: { changed: ['config.json'] } } });
    expect(await document('repeated')).toBe('{"a":[]}');
    const headers = { 'idempotency-key': '"append-once"' };
    for (let count = 0; count < 2; count += 1) {
      await world.as('owner').send({ method: 'PUT', path, body: 'x', headers });
    }
    expect(JSON.parse(await document('repeated'))).toEqual({ a: ['x'] });
  });
});

describe('DELETE of a member of a document', () => {
  it('removes it alone; an absent one is 404', async () => {
    await world.seed('removed', { stringData: { 'config.json': config } });
    const path = at('removed', 'config.json', '/db/password');
    expect((await world.as('owner').send({ method: 'DELETE', path })).status).toBe(200);
    expect(JSON.parse(await document('removed'))).toEqual({ db: { host: 'h' }, ports: [1, 2] });
    expect((await world.as('owner').send({ method: 'DELETE', path })).status).toBe(404);
    expect((await world.as('writer').send({ method: 'DELETE', path })).status).toBe(403);
  });
});

it('reads and writes are on record with the key and the pointer, and without a value', async () => {
  await world.seed('recorded', { stringData: { 'config.json': config } });
  const path = at('recorded', 'config.json', '/db/password');
  const read = await world.as('owner').get(path);
  const put = await world.as('owner').put(path, 'second-canary');
  for (const [answer, action] of [
    [read, 'secrets.reveal'],
    [put, 'secrets.update'],
  ] as const) {
    const events = await auditEventsOf(world.as('auditor'), 'documents', `&action=${action}`);
    const event = events.find(({ auditId }) => auditId === answer.headers['audit-id']);
    expect(event).toMatchObject({
      action,
      outcome: 'allowed',
      keys: ['config.json'],
      pointers: ['config.json#/db/password'],
    });
    expect(JSON.stringify(event)).not.toMatch(/first|second-canary/);
  }
});
