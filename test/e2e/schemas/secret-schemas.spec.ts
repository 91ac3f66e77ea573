import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsWorld, toBase64 } from '../../support/secrets-world.js';
import { send } from '../../support/raw-http.js';
import { eventually } from '../../support/tokens-world.js';
import { schemaTransports } from './schema-transports.js';

let world: SecretsWorld<'owner' | 'reader'>;
let url: string;
let admin: string;

const login = {
  description: 'Login of PostgreSQL.',
  appliesTo: { types: ['example.com/postgres'], label: 'postgres-login' },
  mode: 'enforce',
  keys: {
    username: { required: true, schema: { type: 'string', pattern: '^[a-z_]{1,63}$' } },
    dsn: { kind: 'dsn.postgresql' },
  },
  rules: [
    {
      rule: '!has(secret.dsn) || secret.dsn.contains(secret.username)',
      message: 'dsn and username differ',
    },
  ],
};
const labels = { 'sallyport.dev/schema': 'postgres-login' };
const object = (name: string, spec: object) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'SecretSchema',
  metadata: { name },
  spec,
});
const raw = '/kubernetes/apis/sallyport.dev/v1alpha1/secretschemas';

beforeAll(async () => {
  world = await SecretsWorld.start('schemas', ['owner', 'reader']);
  [url = ''] = await world.installation.gateway.listen();
  admin = await world.installation.clusterUser('schemas', 'admin', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
});
afterAll(() => world?.stop());

const call = (method: string, path: string, body?: object, token = admin) =>
  send(url, { method, path, token, ...(body !== undefined && { body }) });
const put = (name: string, spec: object, query = '') =>
  call('PUT', `/v1/schemas/${name}${query}`, spec);

describe('a schema over REST', () => {
  it('is written, read, listed with the built-in ones, and deleted', async () => {
    const created = await put('life', { ...login, appliesTo: { label: 'life' } });
    expect([created.status, created.json()]).toMatchObject([201, { name: 'life', state: 'Valid' }]);
    const read = await call('GET', '/v1/schemas/life');
    expect(read.json()).toMatchObject({ ...login, appliesTo: { label: 'life' }, builtIn: false });
    const replaced = await send(url, {
      method: 'PUT',
      path: '/v1/schemas/life',
      token: admin,
      headers: { 'if-match': String(read.headers.etag) },
      body: { ...read.json<object>(), mode: 'warn' },
    });
    expect([replaced.status, replaced.json()]).toMatchObject([200, { mode: 'warn' }]);
    const { items } = (await call('GET', '/v1/schemas')).json<{ items: { name: string }[] }>();
    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['dsn.postgresql', 'life', 'tls']));
    expect(names).toEqual(names.toSorted());
    expect((await call('DELETE', '/v1/schemas/life')).status).toBe(204);
    expect((await call('GET', '/v1/schemas/life')).status).toBe(404);
  });

  it('is read over GraphQL, in pages', async () => {
    await put('graphql', { ...login, appliesTo: { label: 'graphql' } });
    const ask = async (query: string) =>
      (await call('POST', '/graphql', { query })).json<{ data: Record<string, object> }>().data;
    const one = await ask(`{ secretSchema(name: "graphql") {
      builtIn mode label keys { name required kind schema } rules { message }
      problems { reason } } }`);
    // An API server gives the members of a free-form object in an order of its own.
    const shown = JSON.parse(JSON.stringify(one['secretSchema']), (name, value: unknown) =>
      name === 'schema' && typeof value === 'string' ? (JSON.parse(value) as object) : value,
    ) as object;
    expect(shown).toMatchObject({
      ...{ builtIn: false, mode: 'ENFORCE', label: 'graphql', problems: [] },
      keys: [
        { name: 'dsn', required: false, kind: 'dsn.postgresql', schema: null },
        { name: 'username', required: true, schema: login.keys.username.schema },
      ],
      rules: [{ message: 'dsn and username differ' }],
    });
    const list = '{ secretSchemas(first: 2) { nodes { name builtIn } pageInfo { hasNextPage } } }';
    expect((await ask(list))['secretSchemas']).toMatchObject({
      nodes: [{ name: 'age', builtIn: true }, { name: 'aws-access-key' }],
      pageInfo: { hasNextPage: true },
    });
    await call('DELETE', '/v1/schemas/graphql');
  });

  it('is refused with the position of each mistake, and nothing is stored', async () => {
    const keys = { username: { schema: { $ref: '#', type: 'strin' } } };
    const wrong = { ...login, keys, rules: [{ rule: 'secret.a' }] };
    const refused = await put('wrong', wrong);
    const reason = 'must be #/$defs/ and the name of a definition';
    expect([refused.status, refused.json()]).toMatchObject([
      422,
      {
        errors: [
          { pointer: '/keys/username/schema/$ref', reason },
          { pointer: '/keys/username/schema/type' },
          { pointer: '/rules/0/rule' },
        ],
      },
    ]);
    expect((await call('GET', '/v1/schemas/wrong')).status).toBe(404);
  });

  it('is refused with the cause of each mistake', async () => {
    const { mode: _mode, ...withoutMode } = login;
    const rules = [{ rule: 'true &&\n  secret.a ==' }];
    const reasons: readonly (readonly [object, string, string])[] = [
      [{ ...login, rules }, '/rules/0/rule', 'does not parse: line 2, column 14: Unexpected token'],
      [withoutMode, '/mode', 'is required, and must be one of warn, enforce'],
      [object('wrong', login), '/spec', 'unknown: the body is the spec alone'],
      [{ ...login, keys: { a: { minLength: 1 } } }, '/keys/a/minLength', 'unknown'],
    ];
    for (const [body, pointer, reason] of reasons) {
      const refused = await put('wrong', body);
      expect([refused.status, refused.json()]).toMatchObject([
        422,
        { errors: [{ pointer, reason: expect.stringContaining(reason) as string }] },
      ]);
    }
  });

  it('is refused if no value can satisfy it, and in force if it came by kubectl', async () => {
    const impossible = { ...login, keys: { a: { schema: { minLength: 9, maxLength: 8 } } } };
    const pointer = '/keys/a/schema/minLength';
    const reason = 'leaves no value within maxLength 8';
    const refused = await put('impossible', impossible);
    expect([refused.status, refused.json()]).toMatchObject([
      422,
      { errors: [{ pointer, reason }] },
    ]);
    const stored = { ...impossible, appliesTo: { label: 'impossible' } };
    expect((await call('POST', raw, object('impossible', stored))).status).toBe(201);
    await eventually(async () => {
      expect((await call('GET', '/v1/schemas/impossible')).json()).toMatchObject({
        state: 'Valid',
        problems: [],
      });
    });
    expect((await call('DELETE', `${raw}/impossible`)).status).toBe(200);
  });

  it('under the name of a built-in schema is refused', async () => {
    expect((await put('tls', login)).status).toBe(409);
    const label = await put('mine', { ...login, appliesTo: { label: 'tls' } });
    expect([label.status, label.text]).toMatchObject([
      422,
      expect.stringContaining('built-in schema'),
    ]);
  });

  it('is written by nobody without the right to list all Secrets', async () => {
    const token = await world.installation.clusterUser('schemas', 'half', [
      { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    ]);
    expect((await call('PUT', '/v1/schemas/half', login, token)).status).toBe(403);
    const direct = await call('POST', raw, object('half', login), token);
    expect([direct.status, direct.text]).toMatchObject([
      403,
      expect.stringContaining('list Secrets'),
    ]);
    expect((await call('PUT', '/v1/schemas/half', login, world.tokens.owner)).status).toBe(403);
  });

  it('is only checked by a dry run', async () => {
    expect((await put('dry', login, '?dryRun=All')).status).toBe(201);
    expect((await call('GET', '/v1/schemas/dry')).status).toBe(404);
  });

  it('checks values without storing them', async () => {
    await put('checked', { ...login, expires: { key: 'until' } });
    const validate = async (stringData: object) => {
      const answer = await call('POST', '/v1/schemas/checked/validate', { stringData });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    expect(await validate({ username: 'app', until: '2999-01-01T00:00:00Z' })).toEqual({
      valid: true,
      errors: [],
      expiresAt: '2999-01-01T00:00:00.000Z',
    });
    expect(await validate({ username: 'App' })).toMatchObject({
      valid: false,
      errors: [{ pointer: '/data/username', reason: 'must match the pattern ^[a-z_]{1,63}$' }],
    });
    const builtIn = await call('POST', '/v1/schemas/jwt/validate', { stringData: {} });
    expect(builtIn.json()).toMatchObject({ valid: false });
    await call('DELETE', '/v1/schemas/checked');
  });
});

describe.each(schemaTransports)('a schema that the cluster has, over $name', (transport) => {
  const by = () => ({ url, token: world.tokens.owner });
  const name = `${transport.name.toLowerCase()}-login`;

  it('refuses what breaks its rules', async () => {
    expect((await put('postgres-login', login)).status).toBeLessThan(300);
    for (const values of [
      { dsn: 'postgresql://app@db/app' },
      { username: 'App' },
      { username: 'other', dsn: 'postgresql://app@db/app' },
    ]) {
      const refused = await transport.create(by(), { name, labels, values: { ...values } });
      expect(refused).toMatchObject({ ok: false, status: 422 });
    }
    const values = { username: 'app', dsn: 'postgresql://app@db/app' };
    expect(await transport.create(by(), { name, labels, values })).toMatchObject({ ok: true });
  });

  it('warns, if it does not enforce', async () => {
    expect((await put('postgres-login', { ...login, mode: 'warn' })).status).toBe(200);
    const values = { username: 'App' };
    const made = await transport.create(by(), { name: `${name}-warned`, labels, values });
    expect(made).toMatchObject({ ok: true });
    const told = `${made.text} ${made.warning ?? ''}`;
    expect(told).toMatch(/schema postgres-login: \/data\/username must match the pattern/);
  });
});

it('an annotation with the end of the values is refused once that has passed', async () => {
  const until = (year: number) => ({ 'example.com/until': `${year}-01-01T00:00:00Z` });
  const expires = { annotation: 'example.com/until' };
  await put('ending', { appliesTo: { label: 'ending' }, mode: 'enforce', expires });
  const metadata = { labels: { 'sallyport.dev/schema': 'ending' }, annotations: until(2999) };
  await world.seed('ending', { metadata, stringData: { password: 'x' } });
  const writer = await world.installation.user('schemas', 'annotator', [
    { verbs: ['patch'], resources: ['secrets'] },
  ]);
  const headers = { 'content-type': 'application/merge-patch+json' };
  const places = [
    ['/v1', (annotations: object) => ({ annotations })],
    ['/kubernetes/api/v1', (annotations: object) => ({ metadata: { annotations } })],
  ] as const;
  for (const token of [world.tokens.owner, writer]) {
    for (const [root, bodyOf] of places) {
      const path = `${root}/namespaces/schemas/secrets/ending`;
      const patch = { method: 'PATCH', path, token, headers };
      const refused = await send(url, { ...patch, body: bodyOf(until(2020)) });
      expect([path, refused.status, refused.text]).toMatchObject([
        path,
        422,
        expect.stringContaining('has expired'),
      ]);
      expect((await send(url, { ...patch, body: bodyOf(until(2998)) })).status).toBe(200);
    }
  }
});

describe('a caller who may write and not read', () => {
  let token: string;
  const stored = { username: 'app', dsn: 'postgresql://app:hunter2@db/app' };
  const guesses = ['app:h', 'app:x'];
  const patches = (body: object, query = '') => [
    ...['merge-patch', 'strategic-merge-patch'].map((type) => ({
      path: `/kubernetes/api/v1/namespaces/schemas/secrets/blind${query}`,
      headers: { 'content-type': `application/${type}+json` },
      body,
    })),
    {
      path: `/v1/namespaces/schemas/secrets/blind${query}`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: 'metadata' in body ? (body.metadata as object) : body,
    },
  ];
  const write = { verbs: ['create', 'update', 'patch'], resources: ['secrets'] } as const;

  beforeAll(async () => {
    token = await world.installation.user('schemas', 'blind', [write]);
    await put('postgres-login', login);
    await world.seed('blind', { metadata: { labels }, stringData: stored });
  });

  it('learns nothing of other keys by a rule over several', async () => {
    for (const guess of guesses) {
      for (const patch of patches({ stringData: { username: guess } })) {
        const answer = await send(url, { method: 'PATCH', token, ...patch });
        expect([answer.status, answer.text]).toMatchObject([
          403,
          expect.stringContaining('compares keys that the request does not set'),
        ]);
      }
      const path = '/v1/namespaces/schemas/secrets/blind/keys/username';
      const key = await send(url, {
        ...{ method: 'PUT', path, token, body: guess },
        headers: { 'content-type': 'text/plain' },
      });
      expect(key.status).toBe(403);
    }
    expect(await world.values('blind')).toEqual(stored);
  });

  const jsonPatches = (name: string, operations: readonly object[]) => [
    { path: `/v1/namespaces/schemas/secrets/${name}?dryRun=All`, body: operations },
    {
      path: `/kubernetes/api/v1/namespaces/schemas/secrets/${name}?dryRun=All`,
      body: operations.map((one) => ({
        ...one,
        ...('value' in one && { path: '/data/dsn', value: toBase64(String(one.value)) }),
      })),
    },
  ];
  const headers = { 'content-type': 'application/json-patch+json' };

  it('learns nothing of a key by moving it to where a rule reads it', async () => {
    const values = { username: 'app', password: 'hunter' };
    await world.seed('moved', { metadata: { labels }, stringData: values });
    await world.seed('unlabelled', { stringData: values });
    const move = { op: 'move', from: '/data/password', path: '/data/username' };
    for (const guess of ['hunter', 'hunters']) {
      const dsn = { op: 'add', path: '/stringData/dsn', value: `postgresql://${guess}@db/app` };
      for (const patch of jsonPatches('moved', [move, dsn])) {
        const answer = await send(url, { method: 'PATCH', token, headers, ...patch });
        expect([patch.path, answer.status]).toEqual([patch.path, 403]);
      }
      for (const patch of jsonPatches('unlabelled', [move, dsn])) {
        const answer = await send(url, { method: 'PATCH', token, headers, ...patch });
        expect([patch.path, answer.status]).toEqual([patch.path, 200]);
      }
    }
  });

  it('learns nothing by another label', async () => {
    const body = { metadata: { labels: { 'sallyport.dev/schema': 'jwt' } } };
    for (const patch of patches(body)) {
      const answer = await send(url, { method: 'PATCH', token, ...patch });
      expect([answer.status, answer.text]).toMatchObject([
        403,
        expect.not.stringContaining('token is'),
      ]);
    }
  });

  it('replaces all keys', async () => {
    const path = '/v1/namespaces/schemas/secrets/blind';
    const wrong = { labels, stringData: { username: 'x', dsn: 'postgresql://app@db' } };
    expect((await call('PUT', path, wrong, token)).status).toBe(422);
    expect((await call('PUT', path, { labels, stringData: stored }, token)).status).toBe(200);
  });
});

describe('a schema by kubectl', () => {
  it('is served like other objects, and its state is in the status', async () => {
    const spec = { ...login, appliesTo: { label: 'by-kubectl' } };
    expect((await call('POST', raw, object('by-kubectl', spec))).status).toBe(201);
    const bad = { ...spec, keys: { a: { schema: { pattern: '(?=x)' } } } };
    const stored = await send(url, {
      ...{ method: 'PATCH', path: `${raw}/by-kubectl`, token: admin, body: { spec: bad } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(stored.status).toBe(200);
    await eventually(async () => {
      const { status } = (await call('GET', `${raw}/by-kubectl`)).json<{ status?: object }>();
      expect(status).toMatchObject({
        state: 'Invalid',
        message: expect.stringMatching(
          /^\/keys\/a\/schema\/pattern is no pattern of RE2, .*: invalid .* syntax: `\(\?=`$/,
        ) as string,
      });
    });
    expect((await call('DELETE', `${raw}/by-kubectl`)).status).toBe(200);
  });

  it('cannot have the name of a built-in schema', async () => {
    expect((await call('POST', raw, object('wireguard', login))).status).toBe(201);
    await eventually(async () => {
      const { status } = (await call('GET', `${raw}/wireguard`)).json<{ status?: object }>();
      const message = '/metadata/name is the name of a built-in schema';
      expect(status).toMatchObject({ state: 'Invalid', message });
    });
    expect((await call('DELETE', `${raw}/wireguard`)).status).toBe(200);
  });

  it('counts in its status the writes that it refused', async () => {
    const path = '/v1/schemas/postgres-login';
    expect((await put('postgres-login', login)).status).toBe(200);
    const before = (await call('GET', path)).json<{ violations: { refused: number } }>();
    const body = { name: 'counted', labels, stringData: { username: 'X' } };
    const refused = await call('POST', '/v1/namespaces/schemas/secrets', body, world.tokens.owner);
    expect(refused.status).toBe(422);
    await eventually(async () => {
      const { violations } = (await call('GET', path)).json<typeof before>();
      expect(violations.refused).toBeGreaterThan(before.violations.refused);
    });
  });
});
