import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operation } from '../../src/core/operation.js';
import type { createFastify as create } from '../../src/http/fastify-instance.js';
import { allOfSecrets } from '../support/gateway.js';
import { type Answer, send } from '../support/raw-http.js';
import { seedSecret, storedVersion } from '../support/seed.js';
import { TokensWorld, allOfTokens, eventually, virtual } from '../support/tokens-world.js';

const operations = vi.hoisted(() => new Map<string, Operation>());

// Every operation is noted as its route is added: one that is forgotten here cannot be.
vi.mock('../../src/http/fastify-instance.js', async (importOriginal) => {
  const original: { createFastify: typeof create } = await importOriginal();
  return {
    ...original,
    createFastify: (...parts: Parameters<typeof create>) => {
      const instance = original.createFastify(...parts);
      instance.addHook('onRoute', ({ config }) => {
        if (config?.operation) operations.set(config.operation.id, config.operation);
      });
      return instance;
    },
  };
});

/** Of no run. */
const RUN_ID = '00000000-0000-4000-8000-000000000000';

/** A body with which the operation succeeds, where it takes one. */
const bodies: Readonly<Record<string, object | Buffer>> = {
  createSecret: { name: 'new', stringData: { password: 'x' } },
  replaceSecret: { stringData: { password: 'x' } },
  patchSecret: { stringData: { password: 'x' } },
  putSecretKey: Buffer.from('x'),
  reviewAccess: { items: [{ verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db' }] },
  createToken: { description: 'x', expiresInSeconds: 60 },
  restoreSecretVersion: {},
  setVersionAlias: { version: 1 },
  restoreNamespace: { at: '2026-01-01T00:00:00Z' },
  putRotation: { generate: [{ key: 'password', password: {} }] },
  startRotation: {},
  ingestKubernetesEvents: { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] },
};

/** Parameters that an operation needs. */
const queries: Readonly<Record<string, string>> = {
  countAuditEvents: '?by=user',
  getAuditConsistencyProof: '?from=0',
  getKubeconfig: '?tokenFile=token',
  getValues: '?secret=db/password',
};

/** Every root field of the schema, called as it succeeds. */
const fields: Readonly<Record<string, string>> = {
  viewer: 'viewer { username }',
  can:
    'can(requests: [{ verb: "get", resource: "secrets", namespace: "pay", name: "db" }]) ' +
    '{ allowed }',
  namespaces: 'namespaces { nodes { name } }',
  secret: 'secret(namespace: "pay", name: "db") { type values { text } }',
  secretsByName: 'secretsByName(namespace: "pay", names: ["db"]) { type }',
  secrets: 'secrets(filter: { namespaces: ["pay"] }) { nodes { name } }',
  auditEvents: 'auditEvents { nodes { id } }',
  auditCounts: 'auditCounts(by: "user") { count }',
  tokens: 'tokens { nodes { id } }',
  createSecret: 'createSecret(input: { namespace: "pay", name: "new" }) { created }',
  replaceSecret:
    'replaceSecret(input: { namespace: "pay", name: "db", stringData: $v }) { created }',
  patchSecret: 'patchSecret(input: { namespace: "pay", name: "db", labels: {} }) { created }',
  deleteSecret: 'deleteSecret(input: { namespace: "pay", name: "db" }) { created }',
  restoreSecretVersion:
    'restoreSecretVersion(input: { namespace: "pay", name: "db" }, version: "1") { created }',
  deleteSecretVersion:
    'deleteSecretVersion(input: { namespace: "pay", name: "db" }, version: "1") { state }',
  undeleteSecretVersion:
    'undeleteSecretVersion(input: { namespace: "pay", name: "db" }, version: "1") { state }',
  destroySecretVersion:
    'destroySecretVersion(input: { namespace: "pay", name: "db" }, version: "1") { state }',
  setVersionAlias:
    'setVersionAlias(input: { namespace: "pay", name: "db" }, alias: "a", version: "1") { state }',
  removeVersionAlias:
    'removeVersionAlias(input: { namespace: "pay", name: "db" }, alias: "a") { state }',
  restoreNamespace: 'restoreNamespace(namespace: "pay", at: "2026-01-01T00:00:00Z") { name }',
  rotationRun: `rotationRun(namespace: "pay", secret: "db", id: "${RUN_ID}") { state }`,
  setRotation:
    'setRotation(input: { namespace: "pay", name: "db" }, ' +
    'spec: { generate: [{ key: "password", password: {} }] }) { target }',
  removeRotation: 'removeRotation(input: { namespace: "pay", name: "db" })',
  startRotation: 'startRotation(input: { namespace: "pay", name: "db" }) { state }',
  cancelRotation: `cancelRotation(input: { namespace: "pay", name: "db" }, id: "${RUN_ID}") { id }`,
  retireRotation: `retireRotation(input: { namespace: "pay", name: "db" }, id: "${RUN_ID}") { id }`,
  createToken: 'createToken(input: { description: "x", expiresInSeconds: 60 }) { secret }',
  revokeToken: 'revokeToken(id: "aaaaaaaaaaaaaaaa") { id }',
};

/** Values come by variables alone. */
const document = (name: string, text: string) => {
  if (text.includes('$v')) return `mutation($v: SecretMap) { ${text} }`;
  const verbs =
    /^(create|replace|patch|delete|revoke|restore|undelete|destroy|set|remove|start|cancel|retire)/;
  const isMutation = verbs.test(name);
  return `${isMutation ? 'mutation' : 'query'} { ${text} }`;
};

const variables = (text: string) => (text.includes('$v') ? { v: { password: 'x' } } : {});

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  world = await TokensWorld.start();
  await world.installation.serve('pay');
  await seedSecret(world.installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  owner = await world.installation.user('pay', 'owner', []);
  await world.grantEverywhere({ namespace: 'pay', name: 'owner' }, 'owner-of-all', [
    allOfSecrets,
    allOfTokens,
    virtual('auditevents', 'list'),
  ]);
  await eventually(() => world.mint(owner));
});

afterAll(() => world.stop());

const scoped = async (scope: object) => (await world.mint(owner, { scope })).token;

function call(token: string, { id, method, path, body }: Operation): Promise<Answer> {
  const target = path
    .replace(':namespace', 'pay')
    .replace(':name', 'db')
    .replace(':key', 'password')
    .replace(':version', '1')
    .replace(':alias', 'good')
    .replace('*', '0/000')
    .replace(
      ':id',
      path.includes('/tokens') ? 'a'.repeat(16) : path.includes('/runs') ? RUN_ID : '0',
    );
  const [mediaType] = body?.mediaTypes ?? ['application/octet-stream'];
  const headers = body ? { 'content-type': mediaType } : {};
  const query = queries[id] ?? '';
  return send(world.base, { method, path: `${target}${query}`, token, body: bodies[id], headers });
}

async function expectRefused(answer: Answer, where: string, reason: RegExp): Promise<void> {
  expect.soft(answer.status, `${where}: ${answer.text}`).toBe(403);
  expect.soft(String(answer.json()['detail']), where).toMatch(reason);
  // A call about several Secrets has an event for each of them too.
  const events = await world.eventsOf(answer);
  const [first, ...parts] = events.map(() => ({ outcome: 'denied', code: 403, plane: 'none' }));
  expect.soft(events, where).toMatchObject([first ?? 'an event', ...parts]);
}

const about = (placeholder: string) =>
  [...operations.values()].filter(({ path }) => path.includes(placeholder));

describe('every operation', () => {
  it('has a body here where it takes one', () => {
    const needed = [...operations.values()].filter(({ body }) => body).map(({ id }) => id);
    expect(Object.keys(bodies).toSorted()).toEqual(needed.toSorted());
    expect(operations.size).toBeGreaterThan(15);
  });

  it('is refused to a token whose list of actions is empty, and changes nothing', async () => {
    const token = await scoped({ actions: [] });
    const before = await storedVersion(world.installation, 'pay', 'db');
    for (const operation of operations.values()) {
      const answer = await call(token, operation);
      await expectRefused(answer, operation.id, /^the scope .* is not in actions$/);
    }
    expect(await storedVersion(world.installation, 'pay', 'db')).toBe(before);
    expect(await storedVersion(world.installation, 'pay', 'new')).toBeUndefined();
  });

  it('is refused to a token from another network', async () => {
    const token = await scoped({ cidrs: ['192.0.2.0/24'] });
    for (const operation of operations.values()) {
      await expectRefused(await call(token, operation), operation.id, /is not in cidrs$/);
    }
  });

  it('on a namespace, a Secret or a key is refused to a token for another', async () => {
    for (const [placeholder, scope] of [
      [':namespace', { namespaces: ['other'] }],
      [':name/', { secrets: ['other'] }],
      [':key', { keys: ['other'] }],
    ] as const) {
      const token = await scoped(scope);
      expect(about(placeholder).length).toBeGreaterThan(1);
      for (const operation of about(placeholder)) {
        await expectRefused(await call(token, operation), operation.id, /^the scope of the token/);
      }
    }
  });

  it('on Secrets that is not about one key is refused to a token for keys', async () => {
    const token = await scoped({ keys: ['other'] });
    for (const operation of about('/secrets')) {
      await expectRefused(await call(token, operation), operation.id, /key/);
    }
  });
});

describe('every root field of GraphQL', () => {
  interface Root {
    readonly fields: readonly { readonly name: string }[];
  }

  it('is among those that are called here', async () => {
    const query = '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }';
    const { __schema } = (await world.graphql(owner, query)).json()['data'] as {
      __schema: { queryType: Root; mutationType: Root };
    };
    const names = [...__schema.queryType.fields, ...__schema.mutationType.fields];
    expect(Object.keys(fields).toSorted()).toEqual(names.map(({ name }) => name).toSorted());
  });

  it('is null with a denial for a token whose list of actions is empty', async () => {
    const token = await scoped({ actions: [] });
    for (const [name, text] of Object.entries(fields)) {
      const answer = await world.graphql(token, document(name, text), variables(text));
      const [error] = (answer.json()['errors'] ?? []) as { message: string }[];
      expect.soft(error?.message, name).toMatch(/^the scope .* is not in actions$/);
      const events = await world.eventsOf(answer);
      expect.soft(events, name).toMatchObject([{ outcome: 'denied', code: 403 }]);
    }
    expect(await storedVersion(world.installation, 'pay', 'db')).toBeDefined();
  });
});

describe('what a Secret held', () => {
  const db = '/v1/namespaces/pay/secrets/db';
  const past = [`${db}?version=1`, `${db}/keys/password?version=1`];

  it('is not opened by a token for what it holds', async () => {
    const token = await scoped({ actions: ['secrets.*'] });
    expect((await send(world.base, { method: 'GET', path: db, token })).status).toBe(200);
    for (const path of past) {
      const answer = await send(world.base, { method: 'GET', path, token });
      await expectRefused(answer, path, /versions.get is not in actions$/);
    }
  });

  it('is closed to a token for one key, but for that key', async () => {
    const token = await scoped({ keys: ['password'] });
    const [whole = '', key = ''] = past;
    const answer = await send(world.base, { method: 'GET', path: whole, token });
    await expectRefused(answer, whole, /keys opens single keys and nothing else$/);
    const other = `${db}/keys/other?version=1`;
    await expectRefused(
      await send(world.base, { method: 'GET', path: other, token }),
      other,
      /a key is not in keys$/,
    );
    const read = await send(world.base, { method: 'GET', path: key, token });
    // In its scope; whether its owner may is another question.
    expect(read.json()['detail']).not.toMatch(/scope/);
  });
});

describe('a write by a token that is not for reads', () => {
  const secrets = '/v1/namespaces/pay/secrets';
  const told = `${secrets}/told`;
  const canary = 'canary-of-a-label';
  const labels = { 'canary-key': canary };
  const patch = { 'content-type': 'application/merge-patch+json' };
  const json = { 'content-type': 'application/json' };
  const raw = { 'content-type': 'application/octet-stream' };
  const value = { stringData: { password: 'x' } };
  const whole = { stringData: { password: 'hunter2-hunter2', other: 'y' }, labels };

  const write = (
    token: string,
    line: string,
    body?: object | Buffer,
    headers: Record<string, string> = json,
  ) => {
    const [method = '', path = ''] = line.split(' ');
    return send(world.base, { method, path, token, body, headers });
  };

  beforeEach(async () => {
    await write(owner, `PUT ${told}`, whole);
  });

  function expectNothingTold(answer: Answer, where: string): void {
    expect.soft([200, 201], `${where}: ${answer.text}`).toContain(answer.status);
    const names = ['changes', 'name', 'namespace', 'warnings'];
    expect.soft(Object.keys(answer.json()).toSorted(), where).toEqual(names);
    expect.soft(answer.json()['changes'], where).toBeNull();
    expect.soft(answer.headers['etag'], where).toBeUndefined();
  }

  const writes = [
    [`PATCH ${told}`, value, patch],
    [`PATCH ${told}`, {}, patch],
    [`PUT ${told}`, { ...value, labels }, json],
    [`PUT ${told}/keys/password`, Buffer.from('x'), raw],
    [`PUT ${told}/keys/other`, Buffer.from('x'), raw],
    [`DELETE ${told}/keys/other`, undefined, {}],
    [`POST ${secrets}`, { name: 'made', ...value }, json],
    [`DELETE ${told}`, undefined, {}],
  ] as const;

  it.each([
    { actions: ['write'] },
    { actions: ['secrets.create', 'secrets.update', 'secrets.patch', 'secrets.delete'] },
  ])('is told nothing of the Secret, dry, done or done again: $actions', async ({ actions }) => {
    const token = await scoped({ actions });
    for (const [line, body, headers] of writes) {
      const key = { ...headers, 'idempotency-key': randomUUID() };
      const dry = await write(token, `${line}?dryRun=All`, body, headers);
      expectNothingTold(dry, `${line} dry`);
      expectNothingTold(await write(token, line, body, key), line);
      expectNothingTold(await write(token, line, body, key), `${line} again`);
    }
    await write(owner, `DELETE ${secrets}/made`);
  });

  it('is told nothing over GraphQL either', async () => {
    const token = await scoped({ actions: ['write'] });
    const ref = 'namespace: "pay", name: "told"';
    expect((await write(owner, `PATCH ${told}`, {}, patch)).text).toContain(canary);
    for (const call of [
      `patchSecret(input: { ${ref}, labels: { a: "b" } }, options: $options)`,
      `replaceSecret(input: { ${ref}, stringData: $v }, options: $options)`,
      `deleteSecret(input: { ${ref} }, options: $options)`,
    ]) {
      const parameters = `$options: WriteOptions${call.includes('$v') ? ', $v: SecretMap' : ''}`;
      const query = `mutation(${parameters}) {
        result: ${call} { secret { labels } changes { added } dryRun } }`;
      const answer = await world.graphql(token, query, {
        ...variables(call),
        options: { dryRun: true },
      });
      const result = { secret: null, changes: null, dryRun: true };
      expect.soft(answer.json(), call).toEqual({ data: { result } });
    }
  });

  it('is told what its scope opens, and no more', async () => {
    const ask = async (...actions: string[]) => {
      const token = await scoped({ actions: ['secrets.patch', ...actions] });
      return (await write(token, `PATCH ${told}?dryRun=All`, value, patch)).json();
    };
    expect(await ask('secrets.get')).toMatchObject({ labels, changes: null });
    const changes = { added: [], changed: ['password'], removed: [] };
    expect(await ask('secrets.reveal')).toMatchObject({ labels, changes });
  });

  it('cannot test for a label or an annotation', async () => {
    const test = (path: string) =>
      Buffer.from(JSON.stringify([{ op: 'test', path, value: canary }]));
    const jsonPatch = { 'content-type': 'application/json-patch+json' };
    const token = await scoped({ actions: ['write'] });
    for (const path of ['/labels/canary-key', '/annotations/absent']) {
      const answer = await write(token, `PATCH ${told}?dryRun=All`, test(path), jsonPatch);
      expect(answer.json()).toMatchObject({ status: 403, code: 'Forbidden' });
      expect(answer.json()['detail']).toMatch(/secrets.get is not in actions$/);
    }
    const reader = await scoped({ actions: ['write', 'secrets.get'] });
    const tested = await write(reader, `PATCH ${told}`, test('/labels/canary-key'), jsonPatch);
    expect(tested.status).toBe(200);
  });
});
