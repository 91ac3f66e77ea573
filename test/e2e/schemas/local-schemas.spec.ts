import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaLimits } from '../../../src/core/schema-limits.js';
import { Readiness } from '../../../src/platform/health/readiness.js';
import { partOf } from '../../support/part-of.js';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';
import { schemaTransports } from './schema-transports.js';

const objects = { apiGroups: ['sallyport.dev'], resources: ['localsecretschemas'] };
const routes = '/v1/namespaces/schemas/schemas';
const group = '/apis/sallyport.dev/v1alpha1';
const raw = `/kubernetes${group}/namespaces/schemas/localsecretschemas`;
const labels = { 'sallyport.dev/schema': 'login' };

let world: SecretsWorld<'owner'>;
let url: string;
/** May write schemas of the namespace, and list its Secrets. */
let author: string;
let clusterAuthor: string;
let auditor: string;

beforeAll(async () => {
  world = await SecretsWorld.start('schemas', ['owner']);
  const { installation } = world;
  [url = ''] = await installation.gateway.listen();
  author = await installation.user('schemas', 'author', [
    { verbs: ['*'], ...objects },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  clusterAuthor = await installation.clusterUser('schemas', 'cluster-author', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  auditor = await installation.clusterUser('schemas', 'auditor', [
    { verbs: ['list'], apiGroups: ['sallyport.dev'], resources: ['auditevents'] },
  ]);
  await installation.serve('neighbour');
  await installation.grant(
    'neighbour',
    'owner',
    [{ verbs: ['*'], resources: ['secrets'] }],
    'schemas',
  );
});
afterAll(() => world?.stop());

const call = (
  method: string,
  path: string,
  body?: unknown,
  token = author,
  headers: Readonly<Record<string, string>> = {},
) =>
  send(url, {
    ...{ method, path, token, headers },
    ...(body !== undefined && { body: body as object }),
  });
const login = { appliesTo: { label: 'login' }, mode: 'enforce' };
const ofCluster = { ...login, keys: { username: { schema: { minLength: 4 } } } };
const ofNamespace = { ...login, keys: { username: { schema: { pattern: '^[a-z]+$' } } } };
const object = (name: string, spec: object) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'LocalSecretSchema',
  metadata: { name },
  spec,
});
/** A spec of a label of its own, which no Secret has. */
const unused = (label: string, more: object = {}) => ({ ...login, appliesTo: { label }, ...more });
const names = (answer: { json: <T>() => T }) =>
  answer.json<{ items: { name: string }[] }>().items.map(({ name }) => name);

describe('a schema of a namespace over REST', () => {
  it('is written, read, listed without the built-in ones, and deleted', async () => {
    const created = await call('PUT', `${routes}/life`, unused('life'));
    expect([created.status, created.json()]).toMatchObject([
      201,
      { name: 'life', state: 'Valid', builtIn: false },
    ]);
    const read = await call('GET', `${routes}/life`);
    expect(read.json()).toMatchObject(unused('life'));
    const replaced = await call(
      'PUT',
      `${routes}/life`,
      { ...read.json<object>(), mode: 'warn' },
      author,
      {
        'if-match': String(read.headers.etag),
      },
    );
    expect([replaced.status, replaced.json()]).toMatchObject([200, { mode: 'warn' }]);
    const stale = await call('DELETE', `${routes}/life`, undefined, author, {
      'if-match': String(read.headers.etag),
    });
    expect(stale.status).toBe(412);
    await call('PUT', `${routes}/another`, unused('another'));
    expect(names(await call('GET', routes))).toEqual(['another', 'life']);
    const page = await call('GET', `${routes}?limit=1`);
    const { continue: next = '' } = page.json<{ continue?: string }>();
    expect([names(page), names(await call('GET', `${routes}?continue=${next}`))]).toEqual([
      ['another'],
      ['life'],
    ]);
    for (const name of ['another', 'life']) {
      expect((await call('DELETE', `${routes}/${name}`)).status).toBe(204);
    }
    expect((await call('GET', `${routes}/life`)).status).toBe(404);
  });

  it('is only checked by a dry run', async () => {
    expect((await call('PUT', `${routes}/dry?dryRun=All`, unused('dry'))).status).toBe(201);
    expect((await call('GET', `${routes}/dry`)).status).toBe(404);
  });

  it('may have the name of a built-in schema, which it does not replace', async () => {
    expect((await call('PUT', `${routes}/jwt`, unused('mine'))).status).toBe(201);
    const check = (path: string, token = author) =>
      call('POST', `${path}/jwt/validate`, { stringData: {} }, token);
    expect((await check(routes)).json()).toMatchObject({ valid: true });
    expect((await check('/v1/schemas', clusterAuthor)).json()).toMatchObject({ valid: false });
    await call('DELETE', `${routes}/jwt`);
  });

  it('is refused with the position of each mistake', async () => {
    const refused = await call(
      'PUT',
      `${routes}/wrong`,
      unused('wrong', { rules: [{ rule: '1' }] }),
    );
    expect([refused.status, refused.json()]).toMatchObject([
      422,
      { errors: [{ pointer: '/rules/0/rule', reason: 'must be true or false, not int' }] },
    ]);
  });

  it('is refused if the namespace has as many as are checked', async () => {
    const { namespaceSchemasMax } = schemaLimits;
    const all = Array.from({ length: namespaceSchemasMax + 1 }, (_, index) => `many-${index}`);
    const statuses: number[] = [];
    for (const name of all) {
      statuses.push((await call('PUT', `${routes}/${name}`, unused(name))).status);
    }
    expect(statuses.slice(0, -1).every((status) => status === 201)).toBe(true);
    expect(statuses.at(-1)).toBe(422);
    for (const name of all.slice(0, -1)) await call('DELETE', `${routes}/${name}`);
  });

  it('is audited with its namespace and its name', async () => {
    const written = await call('PUT', `${routes}/audited`, unused('audited'));
    await call('DELETE', `${routes}/audited`);
    const id = String(written.headers['audit-id']);
    const found = await call('GET', `/v1/audit/events?auditId=${id}`, undefined, auditor);
    const event = { action: 'schemas.update', namespace: 'schemas', secret: 'audited' };
    expect(found.json()).toMatchObject({ items: [{ ...event, outcome: 'allowed' }] });
  });
});

describe('the author of a schema of a namespace', () => {
  it('needs the right to list the Secrets there, by REST and by kubectl', async () => {
    const half = await world.installation.user('schemas', 'half', [{ verbs: ['*'], ...objects }]);
    const spec = unused('half');
    expect((await call('PUT', `${routes}/half`, spec, half)).status).toBe(403);
    const direct = await call('POST', raw, object('half', spec), half);
    expect([direct.status, direct.text]).toMatchObject([
      403,
      expect.stringContaining('right to list its Secrets'),
    ]);
    expect((await call('GET', `${routes}/half`)).status).toBe(404);
  });

  it('has no right in another namespace, and none on schemas of the cluster', async () => {
    const elsewhere = '/v1/namespaces/neighbour/schemas/mine';
    expect((await call('PUT', elsewhere, unused('mine'))).status).toBe(403);
    expect((await call('GET', elsewhere)).status).toBe(403);
    expect((await call('PUT', '/v1/schemas/mine', unused('mine'))).status).toBe(403);
    expect((await call('PUT', `${routes}/mine`, unused('mine'), world.tokens.owner)).status).toBe(
      403,
    );
  });
});

describe('a schema of a namespace over GraphQL', () => {
  const ask = async (query: string, token = author) =>
    (await call('POST', '/graphql', { query }, token)).json<{
      data: Record<string, object | null>;
    }>().data;

  it('is read and listed, in pages', async () => {
    for (const name of ['graphql-a', 'graphql-b']) {
      await call('PUT', `${routes}/${name}`, unused(name));
    }
    const one = '{ localSecretSchema(namespace: "schemas", name: "graphql-a") ';
    const fields = 'namespace name builtIn mode label state problems { reason }';
    expect(await ask(`${one} { ${fields} } }`)).toEqual({
      localSecretSchema: {
        ...{ namespace: 'schemas', name: 'graphql-a', builtIn: false },
        ...{ mode: 'ENFORCE', label: 'graphql-a', state: 'VALID', problems: [] },
      },
    });
    const list = '{ localSecretSchemas(namespace: "schemas", first: 1) ';
    expect(await ask(`${list} { nodes { name } pageInfo { hasNextPage } } }`)).toEqual({
      localSecretSchemas: { nodes: [{ name: 'graphql-a' }], pageInfo: { hasNextPage: true } },
    });
    expect(await ask(`${one} { name } }`, world.tokens.owner)).toEqual({ localSecretSchema: null });
    for (const name of ['graphql-a', 'graphql-b']) await call('DELETE', `${routes}/${name}`);
  });
});

describe.each(schemaTransports)('schemas of the cluster and of a namespace, over $name', (one) => {
  const by = () => ({ url, token: world.tokens.owner });
  const name = `${one.name.toLowerCase()}-login`;

  beforeAll(async () => {
    await call('PUT', '/v1/schemas/login', ofCluster, clusterAuthor);
    await call('PUT', `${routes}/login`, ofNamespace);
  });

  it('must both be satisfied, though their names are equal', async () => {
    for (const username of ['abc', 'ABCD']) {
      const refused = await one.create(by(), { name, labels, values: { username } });
      expect(refused).toMatchObject({ ok: false, status: 422 });
    }
    const values = { username: 'abcd' };
    expect(await one.create(by(), { name, labels, values })).toMatchObject({ ok: true });
  });

  it('are told apart in warnings', async () => {
    expect((await call('PUT', `${routes}/login`, { ...ofNamespace, mode: 'warn' })).status).toBe(
      200,
    );
    const made = await one.create(by(), {
      name: `${name}-warned`,
      labels,
      values: { username: 'ABCD' },
    });
    expect(made).toMatchObject({ ok: true });
    expect(`${made.text} ${made.warning ?? ''}`).toContain('schema schemas/login: /data/username');
  });

  it('break no write of keys that were there before, also with an equal name', async () => {
    const secret = `${name}-before`;
    expect((await call('DELETE', `${routes}/login`)).status).toBe(204);
    const values = { username: 'ABCD', note: 'x' };
    expect(await one.create(by(), { name: secret, labels, values })).toMatchObject({ ok: true });
    expect((await call('PUT', `${routes}/login`, ofNamespace)).status).toBe(201);
    const changed = { name: secret, labels, values: { ...values, note: 'y' } };
    for (const write of one.writes) {
      expect(await write(by(), changed)).toMatchObject({ ok: true });
    }
  });
});

describe('a schema of a namespace', () => {
  const create = (namespace: string, username: string) => {
    const body = { name: 'db', labels, stringData: { username } };
    const path = `/v1/namespaces/${namespace}/secrets?dryRun=All`;
    return call('POST', path, body, world.tokens.owner);
  };

  it('leaves the Secrets of other namespaces alone', async () => {
    expect((await create('schemas', 'ABCD')).status).toBe(422);
    expect((await create('neighbour', 'ABCD')).status).toBe(201);
    expect((await create('neighbour', 'abc')).status).toBe(422);
  });

  it('counts the writes that it refused apart from those of its name in the cluster', async () => {
    const refusedBy = async (path: string, token: string) => {
      const answer = await call('GET', path, undefined, token);
      return answer.json<{ violations: { refused: number } }>().violations.refused;
    };
    const counts = async () => [
      await refusedBy(`${routes}/login`, author),
      await refusedBy('/v1/schemas/login', clusterAuthor),
    ];
    // Counts of other tests are in the statuses by then.
    await eventually(async () => expect((await counts())[1]).toBeGreaterThan(0));
    const [before = 0] = await counts();
    const body = { name: 'counted', labels, stringData: { username: 'ABCD' } };
    const path = '/v1/namespaces/schemas/secrets';
    expect((await call('POST', path, body, world.tokens.owner)).status).toBe(422);
    await eventually(async () => expect((await counts())[0]).toBeGreaterThan(before));
  });
});

it('is known before the gateway is ready, as those of the cluster are', async () => {
  const readiness = partOf(world.installation.gateway, Readiness);
  expect(await readiness.isUp('schemas')).toBe(true);
});

describe('a schema of a namespace by kubectl', () => {
  it('is served like other objects, and its state is in the status', async () => {
    const spec = unused('by-kubectl');
    expect((await call('POST', raw, object('by-kubectl', spec))).status).toBe(201);
    const bad = { spec: { ...spec, keys: { a: { schema: { pattern: '(?=x)' } } } } };
    const stored = await call('PATCH', `${raw}/by-kubectl`, bad, author, {
      'content-type': 'application/merge-patch+json',
    });
    expect(stored.status).toBe(200);
    await eventually(async () => {
      const { status } = (await call('GET', `${raw}/by-kubectl`)).json<{ status?: object }>();
      expect(status).toMatchObject({
        state: 'Invalid',
        message: expect.stringContaining(
          '/keys/a/schema/pattern is no pattern of RE2, which has no look-around',
        ) as string,
      });
    });
    const list = (await call('GET', raw)).json<{ items: { metadata: { name: string } }[] }>();
    expect(list.items.map(({ metadata }) => metadata.name)).toContain('by-kubectl');
    expect((await call('DELETE', `${raw}/by-kubectl`)).status).toBe(200);
  });

  it('has a status that the gateway alone writes', async () => {
    const patch = await call('PATCH', `${raw}/login/status`, { status: {} }, author, {
      'content-type': 'application/merge-patch+json',
    });
    expect([patch.status, patch.text]).toMatchObject([
      403,
      expect.stringContaining('the gateway alone writes the status of a schema'),
    ]);
  });
});

describe('a SecretSchema with the name of a built-in schema', () => {
  it('is listed as the built-in one, once', async () => {
    const { cluster } = world.installation;
    const schema = { ...object('tls', unused('not-tls')), kind: 'SecretSchema' };
    expect((await cluster.request('POST', `${group}/secretschemas`, schema)).status).toBe(201);
    await eventually(async () => {
      const status = await cluster.request<{ status?: object }>(
        'GET',
        `${group}/secretschemas/tls`,
      );
      expect(status.body.status).toMatchObject({ state: 'Invalid' });
    });
    const listed = await call('GET', '/v1/schemas', undefined, clusterAuthor);
    expect(names(listed).filter((name) => name === 'tls')).toEqual(['tls']);
    await cluster.request('DELETE', `${group}/secretschemas/tls`);
  });
});
