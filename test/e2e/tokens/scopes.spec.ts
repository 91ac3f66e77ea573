import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret, storedVersion } from '../../support/seed.js';
import { TokensWorld, virtual } from '../../support/tokens-world.js';

const secrets = '/v1/namespaces/pay/secrets';
const db = `${secrets}/db`;
const everything = [
  allOfSecrets,
  virtual('accesstokens', 'create', 'list', 'delete'),
  virtual('auditevents', 'list'),
  virtual('auditlogs', 'get'),
];

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  world = await TokensWorld.start();
  const { installation } = world;
  for (const namespace of ['pay', 'shop']) await installation.serve(namespace);
  for (const name of ['db', 'db-replica', 'mail']) {
    await seedSecret(installation, 'pay', name, { username: 'root', password: 'hunter2-hunter2' });
  }
  await seedSecret(installation, 'shop', 'db', { password: 'hunter2-hunter2' });
  owner = await installation.user('pay', 'owner', []);
  const account = { namespace: 'pay', name: 'owner' };
  await world.grantEverywhere(account, 'owner-of-all', everything);
});

afterAll(() => world.stop());

const scoped = async (scope: object) => (await world.mint(owner, { scope })).token;

function call(token: string, line: string, body?: object | Buffer): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const patch = { 'content-type': 'application/merge-patch+json' };
  const headers = method === 'PATCH' ? patch : {};
  return send(world.base, { method, path, token, body, headers });
}

const because = (reason: string) => `the scope of the token forbids this: ${reason}`;

const namesOf = (answer: Answer) =>
  (answer.json()['items'] as { name: string }[]).map(({ name }) => name);

const GET = 'GET';
const values = { stringData: { password: 'hunter3-hunter3' } };

describe.each([
  {
    scope: { namespaces: ['pay'] },
    open: [`${GET} ${db}`, `${GET} ${secrets}`, `${GET} /v1/audit/events?namespace=pay`],
    shut: [
      ['GET /v1/namespaces/shop/secrets/db', 'the namespace is not in namespaces'],
      ['GET /v1/namespaces/shop/secrets', 'the namespace is not in namespaces'],
      ['GET /v1/namespaces/absent/secrets/db', 'the namespace is not in namespaces'],
      ['GET /v1/audit/events', 'it reaches beyond namespaces'],
      ['GET /v1/audit/events?namespace=pa*', 'it reaches beyond namespaces'],
      ['GET /v1/audit/events?namespace=shop', 'the namespace is not in namespaces'],
      ['GET /v1/audit/events/0', 'it reaches beyond namespaces'],
    ],
  },
  {
    scope: { secrets: ['db*'] },
    open: [`${GET} ${db}`, `${GET} ${secrets}/db-replica/metadata`, `${GET} ${secrets}`],
    shut: [
      [`GET ${secrets}/mail`, 'the Secret is not in secrets'],
      [`GET ${secrets}/absent`, 'the Secret is not in secrets'],
      [`GET ${secrets}/mail/keys/password`, 'the Secret is not in secrets'],
      [`DELETE ${secrets}/mail`, 'the Secret is not in secrets'],
      ['GET /v1/audit/events?namespace=pay', 'it reaches beyond secrets'],
    ],
  },
  {
    scope: { keys: ['password'] },
    open: [`${GET} ${db}/keys/password`, 'GET /v1/whoami', 'GET /v1/tokens'],
    shut: [
      [`GET ${db}/keys/username`, 'a key is not in keys'],
      [`GET ${db}/keys/absent`, 'a key is not in keys'],
      [`DELETE ${db}/keys/username`, 'a key is not in keys'],
      [`GET ${db}`, 'keys opens single keys and nothing else'],
      [`GET ${db}?format=env`, 'keys opens single keys and nothing else'],
      [`GET ${db}/metadata`, 'keys opens single keys and nothing else'],
      [`DELETE ${db}`, 'keys opens single keys and nothing else'],
      [`GET ${secrets}`, 'keys opens single keys and nothing else'],
      ['GET /v1/secrets', 'keys opens single keys and nothing else'],
      ['GET /v1/namespaces', 'keys opens single keys and nothing else'],
      ['GET /v1/audit/events', 'keys opens single keys and nothing else'],
    ],
  },
  {
    scope: { actions: ['secrets.get', 'secrets.list'] },
    open: [`${GET} ${db}/metadata`, `${GET} ${secrets}`, 'GET /v1/whoami'],
    shut: [
      [`GET ${db}`, 'secrets.reveal is not in actions'],
      [`GET ${db}/keys/password`, 'secrets.reveal is not in actions'],
      [`DELETE ${db}`, 'secrets.delete is not in actions'],
      ['GET /v1/namespaces', 'namespaces.list is not in actions'],
      ['GET /v1/tokens', 'tokens.list is not in actions'],
    ],
  },
  {
    scope: { actions: ['read'] },
    open: [
      `${GET} ${db}`,
      'GET /v1/namespaces',
      'GET /v1/audit/events',
      'GET /v1/audit/checkpoint',
      'GET /v1/tokens',
    ],
    shut: [
      ['GET /v1/audit/export', 'audit.export is not in actions'],
      ['GET /v1/audit/tile/entries/000', 'audit.export is not in actions'],
      [`DELETE ${db}`, 'secrets.delete is not in actions'],
      [`DELETE ${db}/keys/password`, 'secrets.update is not in actions'],
      [`DELETE /v1/tokens/${'a'.repeat(16)}`, 'tokens.revoke is not in actions'],
    ],
  },
  {
    scope: { cidrs: ['127.0.0.0/8', '::1'] },
    open: [`${GET} ${db}`, `${GET} ${secrets}`],
    shut: [],
  },
  {
    scope: { cidrs: ['192.0.2.0/24'] },
    open: [],
    shut: [
      [`GET ${db}`, 'the address it comes from is not in cidrs'],
      ['GET /v1/whoami', 'the address it comes from is not in cidrs'],
    ],
  },
  {
    scope: { namespaces: [], secrets: [], keys: [], actions: [], cidrs: [] },
    open: [],
    shut: [[`GET ${db}`, 'the address it comes from is not in cidrs']],
  },
])('a token narrowed to $scope', ({ scope, open, shut }) => {
  let token: string;

  beforeAll(async () => {
    token = await scoped(scope);
  });

  it('does what is in its scope', async () => {
    for (const line of open) expect((await call(token, line)).status, line).toBe(200);
  });

  it('is 403 beyond it, with the member that forbids it, on record', async () => {
    for (const [line = '', reason = ''] of shut) {
      const before = await storedVersion(world.installation, 'pay', 'db');
      const answer = await call(token, line);
      const detail = because(reason);
      expect(answer.json(), line).toMatchObject({ status: 403, code: 'Forbidden', detail });
      const events = await world.eventsOf(answer);
      expect(events, line).toMatchObject([{ outcome: 'denied', code: 403, plane: 'none' }]);
      expect(await storedVersion(world.installation, 'pay', 'db')).toBe(before);
    }
  });
});

describe('a list', () => {
  it('shows the Secrets of the scope, page by page, and tells of no other', async () => {
    const token = await scoped({ secrets: ['db', 'mail'] });
    expect(namesOf(await call(token, `GET ${secrets}`))).toEqual(['db', 'mail']);
    const first = (await call(token, `GET ${secrets}?limit=1`)).json();
    expect(first).toMatchObject({ items: [{ name: 'db' }], continue: expect.any(String) });
    expect(first).not.toHaveProperty('remainingItemCount');
    expect(Buffer.from(String(first['continue']), 'base64url').toString()).not.toContain('replica');
    const rest = (await call(token, `GET ${secrets}?limit=1&continue=${first['continue']}`)).json();
    expect(rest).toEqual({ items: [expect.objectContaining({ name: 'mail' })] });
  });

  it('of all namespaces shows those of the scope', async () => {
    const token = await scoped({ namespaces: ['shop'] });
    expect(namesOf(await call(token, 'GET /v1/namespaces'))).toEqual(['shop']);
    const { items } = (await call(token, 'GET /v1/secrets')).json<{
      items: { namespace: string; name: string }[];
    }>();
    expect(items.map(({ namespace, name }) => [namespace, name])).toEqual([['shop', 'db']]);
    expect(namesOf(await call(token, 'GET /v1/secrets?namespace=pay'))).toEqual([]);
  });
});

describe('a write', () => {
  it('of one key is open to a token for that key, and tells of the Secret no more', async () => {
    const token = await scoped({ keys: ['token'] });
    const put = await call(token, `PUT ${db}/keys/token`, Buffer.from('one'));
    expect(put.json()).toMatchObject({
      namespace: 'pay',
      name: 'db',
      changes: { added: ['token'], changed: [], removed: [] },
    });
    expect(put.text).not.toContain('password');
    const patched = await call(token, `PATCH ${db}`, { stringData: { token: 'two' } });
    expect(patched.status).toBe(200);
    expect(patched.text).not.toContain('password');
    expect((await call(token, `DELETE ${db}/keys/token`)).status).toBe(200);
  });

  it('of more than the keys is refused', async () => {
    const token = await scoped({ keys: ['token'] });
    for (const [line, body] of [
      [`PATCH ${db}`, { stringData: { token: 'x', password: 'x' } }],
      [`PATCH ${db}`, { stringData: { token: 'x' }, labels: { a: 'b' } }],
      [`PATCH ${db}`, { immutable: true }],
      [`PATCH ${db}`, {}],
      [`PUT ${db}`, { stringData: { token: 'x' } }],
      [`POST ${secrets}`, { name: 'new', stringData: { token: 'x' } }],
    ] as const) {
      expect((await call(token, line, body)).status, JSON.stringify(body)).toBe(403);
    }
  });

  it('that would read is none where reading is not in the scope', async () => {
    const token = await scoped({ actions: ['write'] });
    const test = [{ op: 'test', path: '/stringData/password', value: 'hunter2-hunter2' }];
    const headers = { 'content-type': 'application/json-patch+json' };
    const patch = { method: 'PATCH', path: db, token, body: Buffer.from(JSON.stringify(test)) };
    const answer = await send(world.base, { ...patch, headers });
    expect(answer.json()['detail']).toBe(because('secrets.reveal is not in actions'));
    const same = await call(token, `PATCH ${db}`, { stringData: { password: 'hunter2-hunter2' } });
    expect(same.json()).toMatchObject({ name: 'db', changes: null });
  });

  it('that would create is none where only updates are', async () => {
    const token = await scoped({ actions: ['secrets.update'] });
    const absent = await call(token, `PUT ${secrets}/new`, values);
    expect(absent.json()['detail']).toBe(because('secrets.create is not in actions'));
    expect(await storedVersion(world.installation, 'pay', 'new')).toBeUndefined();
    expect((await call(token, `PUT ${secrets}/mail`, values)).status).toBe(200);
  });
});

describe('over GraphQL', () => {
  const query = (selection: string) => `{ secret(namespace: "pay", name: "db") { ${selection} } }`;

  it('a key of the scope is shown beside one that is not', async () => {
    const token = await scoped({ keys: ['password'] });
    const answer = await world.graphql(
      token,
      query('name open: value(key: "password") shut: value(key: "username") values { key }'),
    );
    const secret = { name: 'db', open: 'hunter2-hunter2', shut: null, values: null };
    expect(answer.json()['data']).toEqual({ secret });
    expect(answer.json()['errors']).toMatchObject([
      { path: ['secret', 'shut'], extensions: { code: 'Forbidden' } },
      { path: ['secret', 'values'], extensions: { code: 'Forbidden' } },
    ]);
    const outcomes = (await world.eventsOf(answer)).map(({ outcome, keys }) => [outcome, keys]);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        ['allowed', ['password']],
        ['denied', ['username']],
      ]),
    );
  });

  it('metadata is shown beside values that are not in the scope', async () => {
    const token = await scoped({ actions: ['secrets.get'] });
    const answer = await world.graphql(token, query('type value(key: "password")'));
    expect(answer.json()['data']).toEqual({ secret: { type: 'Opaque', value: null } });
    const [event] = await world.eventsOf(answer);
    expect(event).toMatchObject({ action: 'secrets.reveal', outcome: 'denied' });
  });

  it('metadata is null under a scope of keys', async () => {
    const token = await scoped({ keys: ['password'] });
    const answer = await world.graphql(token, query('type value(key: "password")'));
    expect(answer.json()).toMatchObject({
      data: { secret: null },
      errors: [{ message: because('keys opens single keys and nothing else') }],
    });
  });
});

describe('an access review', () => {
  it('says yes to what both the rights and the scope allow', async () => {
    const token = await scoped({ namespaces: ['pay'], secrets: ['db'], actions: ['read'] });
    const ask = (verb: string, namespace: string, name: string) => ({
      ...{ verb, resource: 'secrets', namespace, name },
    });
    const items = [
      ask('get', 'pay', 'db'),
      ask('list', 'pay', '*'),
      ask('get', 'pay', 'mail'),
      ask('get', 'shop', 'db'),
      ask('delete', 'pay', 'db'),
      ask('get', '*', 'db'),
      { verb: 'get', resource: 'configmaps', namespace: 'pay', name: 'db' },
    ];
    const answer = await call(token, 'POST /v1/access-reviews', { items });
    const reviewed = answer.json()['items'] as { allowed: boolean; reason?: string }[];
    const allowed = reviewed.map((item) => item.allowed);
    expect(allowed).toEqual([true, true, false, false, false, false, false]);
    expect(reviewed[2]?.reason).toBe(because('the Secret is not in secrets'));
  });
});
