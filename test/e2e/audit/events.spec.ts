import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { AuditWorld, type Page } from './audit-world.js';

const path = '/v1/namespaces/pay/secrets';

let world: AuditWorld;

beforeAll(async () => {
  world = await AuditWorld.start();
});

afterAll(() => world.stop());

const call = (wish: Call, token?: string) => world.call(wish, token);
const eventsOf = (answer: Answer) => world.eventsOf(answer);

describe('one request is on record', () => {
  it('as one event with who, what, which object, from where and how it ended', async () => {
    const headers = { 'user-agent': 'test/1' };
    const answer = await call({ path: `${path}/db?consistency=strong`, headers });
    expect(await eventsOf(answer)).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        user: 'system:serviceaccount:pay:app',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
        credentialId: expect.stringMatching(/^JTI=/),
        action: 'secrets.reveal',
        outcome: 'allowed',
        code: 200,
        namespace: 'pay',
        secret: 'db',
        keys: ['password', 'user'],
        source: 'gateway',
        sourceIp: '127.0.0.1',
        userAgent: 'test/1',
        plane: 'caller',
        marks: [],
        auditId: answer.headers['audit-id'],
      },
    ]);
  });

  it('with its X-Change-Reason, also in letters beyond ASCII', async () => {
    const reason = 'Müller asked: 日本 🔑';
    const headers = { 'x-change-reason': Buffer.from(reason, 'utf8').toString('latin1') };
    const answer = await call({
      method: 'PATCH',
      path: `${path}/db`,
      headers,
      body: { stringData: { user: 'admin' } },
    });
    expect(answer.status).toBe(200);
    expect(await eventsOf(answer)).toMatchObject([{ action: 'secrets.patch', reason }]);
    const read = await call({ path: `${path}/db/metadata`, headers });
    expect(await eventsOf(read)).toMatchObject([{ action: 'secrets.get', reason }]);
  });

  it('with an X-Change-Reason of 512 characters at most', async () => {
    const of = (length: number) =>
      call({ path: `${path}/db/metadata`, headers: { 'x-change-reason': 'r'.repeat(length) } });
    expect((await of(512)).status).toBe(200);
    const refused = await of(513);
    expect(refused.status).toBe(400);
    expect(await eventsOf(refused)).toHaveLength(1);
  });

  it('with the address of its socket, whatever it says of itself', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' };
    const answer = await call({ path: `${path}/db/metadata`, headers });
    expect(await eventsOf(answer)).toMatchObject([{ sourceIp: '127.0.0.1' }]);
  });

  const verbs: readonly (readonly [string, Call, number, object])[] = [
    ['list', { path }, 200, { action: 'secrets.list', namespace: 'pay' }],
    ['read of metadata', { path: `${path}/db/metadata` }, 200, { action: 'secrets.get' }],
    [
      'read of a key',
      { path: `${path}/db/keys/user` },
      200,
      { action: 'secrets.reveal', keys: ['user'] },
    ],
    ['HEAD', { method: 'HEAD', path: `${path}/db` }, 200, { action: 'secrets.reveal' }],
    [
      'create',
      { method: 'POST', path, body: { name: 'new', stringData: { a: '1' } } },
      201,
      { action: 'secrets.create', secret: 'new', keys: ['a'] },
    ],
    [
      'PUT that creates',
      { method: 'PUT', path: `${path}/put`, body: { stringData: { a: '1' } } },
      201,
      { action: 'secrets.create', secret: 'put' },
    ],
    [
      'PUT that replaces',
      { method: 'PUT', path: `${path}/put`, body: { stringData: { a: '2' } } },
      200,
      { action: 'secrets.update', secret: 'put' },
    ],
    [
      'patch',
      { method: 'PATCH', path: `${path}/put`, body: { stringData: { b: '2' } } },
      200,
      { action: 'secrets.patch', keys: ['b'] },
    ],
    [
      'PUT of a key',
      { method: 'PUT', path: `${path}/put/keys/c`, body: Buffer.from('3') },
      201,
      { action: 'secrets.update', keys: ['c'] },
    ],
    [
      'DELETE of a key',
      { method: 'DELETE', path: `${path}/put/keys/c` },
      200,
      { action: 'secrets.update', keys: ['c'] },
    ],
    [
      'delete',
      { method: 'DELETE', path: `${path}/put` },
      200,
      { action: 'secrets.delete', secret: 'put' },
    ],
    ['list of namespaces', { path: '/v1/namespaces' }, 200, { action: 'namespaces.list' }],
  ];

  it.each(verbs)('under its action, once: %s', async (_title, wish, code, event) => {
    const answer = await call(wish);
    expect(answer.status, answer.text).toBe(code);
    expect(await eventsOf(answer)).toMatchObject([{ outcome: 'allowed', code, ...event }]);
  });

  it('as secrets.check where nothing was modified', async () => {
    const { headers } = await call({ path: `${path}/db` });
    const answer = await call({
      path: `${path}/db`,
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    expect(answer.status).toBe(304);
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'secrets.check', code: 304, keys: [] },
    ]);
  });

  it('as a read of the trail, which is in the trail itself', async () => {
    const answer = await call({ path: '/v1/audit/events?namespace=pay' }, world.tokens.auditor);
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'audit.read', namespace: 'pay', outcome: 'allowed', plane: 'self' },
    ]);
  });
});

describe('what was refused is on record once, with action and object:', () => {
  const json = { 'content-type': 'application/json' };
  const item = `${path}/db`;
  const at = { namespace: 'pay', secret: 'db' };
  const failed: readonly (readonly [string, Call, number, object])[] = [
    ['unknown parameter', { path: `${item}?dryrun=All` }, 400, { action: 'secrets.reveal', ...at }],
    [
      'parameter given twice',
      { path: `${item}?format=env&format=json` },
      400,
      { action: 'secrets.reveal', ...at },
    ],
    [
      'bad entity tag',
      { path: item, headers: { 'if-match': 'x' } },
      400,
      { action: 'secrets.reveal', ...at },
    ],
    [
      'bad label selector',
      { path: `${path}?labelSelector=%3D` },
      400,
      { action: 'secrets.list', namespace: 'pay' },
    ],
    ['bad cursor', { path: `${path}?continue=xx` }, 400, { action: 'secrets.list' }],
    [
      'malformed JSON',
      { method: 'PUT', path: item, headers: json, body: '{' },
      400,
      { action: 'secrets.update', ...at },
    ],
    [
      'malformed JSON of a POST',
      { method: 'POST', path, headers: json, body: '{' },
      400,
      { action: 'secrets.create', namespace: 'pay' },
    ],
    [
      'bad Idempotency-Key',
      { method: 'DELETE', path: item, headers: { 'idempotency-key': 'é' } },
      400,
      { action: 'secrets.delete', ...at },
    ],
    [
      'body where none belongs',
      { method: 'DELETE', path: item, headers: json, body: '{}' },
      400,
      { action: 'secrets.delete', ...at },
    ],
    [
      'too large a body',
      { method: 'PUT', path: item, headers: json, body: Buffer.alloc(7_400_000, 32) },
      413,
      { action: 'secrets.update', ...at },
    ],
    [
      'too large a value',
      { method: 'PUT', path: `${item}/keys/a`, body: Buffer.alloc(1_100_000) },
      413,
      { action: 'secrets.update', ...at },
    ],
    [
      'media type',
      { method: 'PUT', path: item, headers: { 'content-type': 'text/plain' }, body: 'x' },
      415,
      { action: 'secrets.update', ...at },
    ],
    [
      'media type of a patch',
      {
        method: 'PATCH',
        path: item,
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: 'x',
      },
      415,
      { action: 'secrets.patch', ...at },
    ],
    [
      'compressed body',
      { method: 'PUT', path: item, headers: { ...json, 'content-encoding': 'gzip' }, body: 'x' },
      415,
      { action: 'secrets.update', ...at },
    ],
    [
      'unknown member',
      { method: 'PUT', path: item, body: { stringdata: {} } },
      422,
      { action: 'secrets.update', ...at },
    ],
    [
      'bad base64',
      { method: 'PATCH', path: item, body: { data: { a: '?' } } },
      422,
      { action: 'secrets.patch', ...at },
    ],
    [
      'missing maps',
      { method: 'PUT', path: item, body: {} },
      422,
      { action: 'secrets.update', ...at },
    ],
    [
      'format that cannot show it',
      { path: `${path}/odd?format=env` },
      422,
      { action: 'secrets.reveal', secret: 'odd' },
    ],
    [
      'failed If-Match',
      { method: 'PUT', path: item, headers: { 'if-match': '"x.1"' }, body: { stringData: {} } },
      412,
      { action: 'secrets.update', ...at },
    ],
    [
      'missing Secret',
      { path: `${path}/nothing` },
      404,
      { action: 'secrets.reveal', secret: 'nothing' },
    ],
    [
      'missing key',
      { path: `${item}/keys/nothing` },
      404,
      { action: 'secrets.reveal', keys: ['nothing'] },
    ],
    ['bad audit filter', { path: '/v1/audit/events?outcome=maybe' }, 400, { action: 'audit.read' }],
  ];

  beforeAll(() => seedSecret(world.installation, 'pay', 'odd', { 'not-a-name': 'x' }));

  it.each(failed)('%s', async (_title, wish, code, event) => {
    const answer = await call(wish);
    expect(answer.status, answer.text).toBe(code);
    expect(await eventsOf(answer)).toMatchObject([{ outcome: 'failed', code, ...event }]);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer garbage' }],
  ])('%s, as auth.refused of nobody', async (_title, headers) => {
    const answer = await send(world.base, { path: item, headers });
    expect(answer.status).toBe(401);
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'auth.refused', outcome: 'denied', code: 401, user: 'system:anonymous' },
    ]);
  });

  it('an Impersonate header, without its content', async () => {
    const headers = { 'impersonate-user': 'system:admin' };
    const answer = await call({ path: item, headers });
    expect(answer.status).toBe(400);
    const events = await eventsOf(answer);
    expect(events).toMatchObject([{ outcome: 'denied', code: 400 }]);
    expect(JSON.stringify(events)).not.toContain('system:admin');
  });

  const denied: readonly (readonly [string, Call, object])[] = [
    ['read', { path: item }, { action: 'secrets.reveal', ...at }],
    ['read of a key', { path: `${item}/keys/user` }, { action: 'secrets.reveal', ...at }],
    ['read of metadata', { path: `${item}/metadata` }, { action: 'secrets.get', ...at }],
    ['list', { path }, { action: 'secrets.list', namespace: 'pay' }],
    [
      'create',
      { method: 'POST', path, body: { name: 'x', stringData: {} } },
      { action: 'secrets.create', secret: 'x' },
    ],
    [
      'replacement',
      { method: 'PUT', path: item, body: { stringData: {} } },
      { action: 'secrets.update', ...at },
    ],
    [
      'patch',
      { method: 'PATCH', path: item, body: { stringData: {} } },
      { action: 'secrets.patch', ...at },
    ],
    ['delete', { method: 'DELETE', path: item }, { action: 'secrets.delete', ...at }],
    ['read of the trail', { path: '/v1/audit/events' }, { action: 'audit.read' }],
    ['read of an event', { path: '/v1/audit/events/0' }, { action: 'audit.read' }],
    [
      'read in a namespace that is never served',
      { path: '/v1/namespaces/kube-system/secrets/x' },
      { action: 'secrets.reveal', namespace: 'kube-system' },
    ],
  ];

  it.each(denied)('a denied %s', async (_title, wish, event) => {
    const answer = await call(wish, world.tokens.stranger);
    expect(answer.status, answer.text).toBe(403);
    const user = 'system:serviceaccount:pay:stranger';
    expect(await eventsOf(answer)).toMatchObject([
      { outcome: 'denied', code: 403, user, ...event },
    ]);
  });
});

describe('a union list', () => {
  it('gives one event for each namespace, under the one of the request', async () => {
    const strong = { path: '/v1/secrets?consistency=strong' };
    const answer = await call(strong, world.tokens.wanderer);
    expect(answer.json<Page>().items.map((item) => item.namespace)).toEqual(
      expect.arrayContaining(['pay', 'shop']),
    );
    const events = await eventsOf(answer);
    const parent = events.filter(({ parentId }) => parentId === undefined);
    const parts = events.filter(({ parentId }) => parentId === answer.headers['audit-id']);
    expect(parent).toMatchObject([{ action: 'secrets.list', plane: 'self', outcome: 'allowed' }]);
    expect(parent[0]?.namespace).toBeUndefined();
    expect(new Set(parts.map(({ namespace }) => namespace))).toEqual(new Set(['pay', 'shop']));
    expect(parts).toMatchObject([{ plane: 'caller' }, { plane: 'caller' }]);
    expect(new Set(events.map(({ auditId }) => auditId)).size).toBe(3);
  });
});
