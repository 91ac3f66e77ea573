import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyManifests } from '../../cluster/manifests.js';
import { bind } from '../../support/role-bindings.js';
import { aggregateClusterRoles } from '../../cluster/cluster-roles.js';
import { TestInstallation, type Rule } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret, storedVersion } from '../../support/seed.js';
import { isOnSandbox } from '../../support/test-target.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const rbacGroup = 'rbac.authorization.k8s.io';
const roles = `/apis/${rbacGroup}/v1/namespaces/pay`;
const secret = '/v1/namespaces/pay/secrets/shhhhhh';
const virtual = (resource: string, verbs: readonly string[], resourceNames?: string[]): Rule => ({
  apiGroups: ['sallyport.dev'],
  resources: [resource],
  verbs,
  ...(resourceNames ? { resourceNames } : {}),
});

let installation: TestInstallation;
let base: string;
/** Who holds `get secretkeys` on `shhhhhh/password`, handed out by the namespace's admin. */
let reader: string;
let writer: string;
let lister: string;
let stranger: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'shhhhhh', {
    username: 'root',
    password: 'hunter2-hunter2',
  });
  if (!isOnSandbox) await aggregateClusterRoles(installation.cluster);
  reader = await installation.user('pay', 'reader', []);
  await handOutTheKey();
  stranger = await installation.user('pay', 'stranger', []);
  writer = await installation.user('pay', 'writer', [
    virtual('secretkeys', ['update', 'delete'], ['shhhhhh/token']),
  ]);
  lister = await installation.user('pay', 'lister', [virtual('secretmetadata', ['get', 'list'])]);
});

afterAll(() => installation.stop());

/** A token for the API server itself, of somebody who has a built-in role in `pay`. */
async function holderOf(clusterRole: string): Promise<string> {
  const { cluster } = installation;
  const name = `built-in-${clusterRole}`;
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
  await applyManifests(cluster, [account], 'pay');
  await bind(cluster, {
    ...{ name, namespace: 'pay', role: { kind: 'ClusterRole', name: clusterRole } },
    subject: { kind: 'User', name: `system:serviceaccount:pay:${name}` },
  });
  return cluster.createToken({ namespace: 'pay', serviceAccount: name });
}

function createKeyRole(token: string, name: string) {
  const rules = [virtual('secretkeys', ['get'], ['shhhhhh/password'])];
  const role = { apiVersion: `${rbacGroup}/v1`, kind: 'Role', metadata: { name }, rules };
  return installation.cluster.request('POST', `${roles}/roles`, role, { token });
}

async function handOutTheKey(): Promise<void> {
  const token = await holderOf('admin');
  const name = 'the-key';
  expect((await createKeyRole(token, name)).status).toBe(201);
  const binding = {
    apiVersion: `${rbacGroup}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbacGroup, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'pay' }],
  };
  const { cluster } = installation;
  const bound = await cluster.request('POST', `${roles}/rolebindings`, binding, { token });
  expect(bound.status).toBe(201);
}

const get = (token: string, path: string) => send(base, { path, token });

function graphql(token: string, query: string): Promise<Answer> {
  return send(base, { method: 'POST', path: '/graphql', token, body: { query } });
}

async function eventsOf(answer: Answer) {
  const { items } = await partOf(installation.gateway, AuditService).list({ namespace: 'pay' });
  const id = answer.headers['audit-id'];
  return items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
}

async function reviewed(serviceAccount: string, resource: string, name: string): Promise<boolean> {
  const spec = {
    user: `system:serviceaccount:pay:${serviceAccount}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
    resourceAttributes: { verb: 'get', group: 'sallyport.dev', resource, namespace: 'pay', name },
  };
  const answer = await installation.cluster.request<{ status: { allowed: boolean } }>(
    'POST',
    '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec },
  );
  return answer.body.status.allowed;
}

describe('one key, handed out by an admin of the namespace with the built-in role', () => {
  it('is read, by the broker, and on record as that', async () => {
    const answer = await get(reader, `${secret}/keys/password`);
    expect([answer.status, answer.text]).toEqual([200, 'hunter2-hunter2']);
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'secrets.reveal', outcome: 'allowed', plane: 'broker', keys: ['password'] },
    ]);
  });

  it('is all that opens: another key and the whole Secret are 403', async () => {
    const user = 'User "system:serviceaccount:pay:reader"';
    const right = 'cannot get resource "secrets" in API group "" in the namespace "pay"';
    const detail = `secrets "shhhhhh" is forbidden: ${user} ${right}`;
    for (const path of ['/keys/username', '/keys/absent', '', '?format=env', '/metadata']) {
      const answer = await get(reader, `${secret}${path}`);
      expect(answer.json(), path).toMatchObject({ status: 403, code: 'Forbidden', detail });
    }
    expect((await get(reader, '/v1/namespaces/pay/secrets')).status).toBe(403);
    expect((await get(reader, '/v1/namespaces')).json()).toEqual({ items: [] });
  });

  it('is what a SubjectAccessReview says', async () => {
    expect(await reviewed('reader', 'secretkeys', 'shhhhhh/password')).toBe(true);
    expect(await reviewed('reader', 'secretkeys', 'shhhhhh/username')).toBe(false);
    expect(await reviewed('reader', 'secretmetadata', 'shhhhhh')).toBe(false);
  });

  it('is not written with the right to read it', async () => {
    const path = `${secret}/keys/password`;
    const before = await storedVersion(installation, 'pay', 'shhhhhh');
    const put = await send(base, { method: 'PUT', path, token: reader, body: Buffer.from('x') });
    const gone = await send(base, { method: 'DELETE', path, token: reader });
    expect([put.status, gone.status]).toEqual([403, 403]);
    expect(put.json()['detail']).toContain('cannot patch resource "secrets"');
    expect(await storedVersion(installation, 'pay', 'shhhhhh')).toBe(before);
  });

  it('is shown over GraphQL, and its refused neighbour is null with an error of its own', async () => {
    const query =
      '{ secret(namespace: "pay", name: "shhhhhh") ' +
      '{ name open: value(key: "password") shut: value(key: "username") } }';
    const answer = await graphql(reader, query);
    expect(answer.json()).toEqual({
      data: { secret: { name: 'shhhhhh', open: 'hunter2-hunter2', shut: null } },
      errors: [
        expect.objectContaining({
          path: ['secret', 'shut'],
          extensions: expect.objectContaining({ code: 'Forbidden' }),
        }),
      ],
    });
    expect(await eventsOf(answer)).toMatchObject([
      { outcome: 'denied', keys: ['username'], action: 'secrets.reveal' },
      { outcome: 'allowed', keys: ['password'], action: 'secrets.reveal', plane: 'broker' },
    ]);
  });

  it.each(['labels', 'keys { name }', 'resourceVersion'])(
    'shows nothing around it over GraphQL: %s',
    async (field) => {
      const read = `{ ${field} value(key: "password") }`;
      const answer = await graphql(reader, `{ secret(namespace: "pay", name: "shhhhhh") ${read} }`);
      expect(answer.json()).toMatchObject({
        data: { secret: null },
        errors: [{ path: ['secret'], extensions: { code: 'Forbidden' } }],
      });
      expect(answer.text).not.toContain('hunter2');
    },
  );

  it('opens no values over GraphQL', async () => {
    const query = '{ secret(namespace: "pay", name: "shhhhhh") { values { key text } } }';
    const answer = await graphql(reader, query);
    expect(answer.json()).toMatchObject({ data: { secret: null } });
    expect(answer.text).not.toContain('hunter2');
  });

  it('cannot be handed out by who holds only the built-in role edit', async () => {
    expect((await createKeyRole(await holderOf('edit'), 'stolen')).status).toBe(403);
  });
});

describe('who may only write and delete one key', () => {
  const path = `${secret}/keys/token`;

  it('does so by the broker, and is told nothing of the Secret around it', async () => {
    const put = await send(base, { method: 'PUT', path, token: writer, body: Buffer.from('t') });
    expect(put.status).toBe(201);
    expect(put.headers['etag']).toBeUndefined();
    expect(put.json()).toEqual({
      namespace: 'pay',
      name: 'shhhhhh',
      changes: null,
      generatedKeys: [],
      warnings: [],
    });
    expect(await eventsOf(put)).toMatchObject([
      { action: 'secrets.update', outcome: 'allowed', plane: 'broker', keys: ['token'] },
    ]);
    expect((await get(writer, path)).status).toBe(403);
    const gone = await send(base, { method: 'DELETE', path, token: writer });
    expect(gone.status).toBe(200);
  });

  it('writes no other key, and no other Secret', async () => {
    for (const target of [
      `${secret}/keys/password`,
      '/v1/namespaces/pay/secrets/other/keys/token',
    ]) {
      const call = { method: 'PUT', path: target, token: writer, body: Buffer.from('x') };
      expect((await send(base, call)).status).toBe(403);
    }
  });

  it('sees state and change with the right to read the key beside it', async () => {
    const both = await installation.user('pay', 'both', [
      virtual('secretkeys', ['get', 'update'], ['shhhhhh/both']),
    ]);
    const target = `${secret}/keys/both`;
    const put = await send(base, {
      method: 'PUT',
      path: target,
      token: both,
      body: Buffer.from('1'),
    });
    expect(put.json()).toMatchObject({ changes: { added: ['both'], changed: [], removed: [] } });
    const headers = { 'if-match': put.headers['etag'] ?? '' };
    const next = { method: 'PUT', path: target, token: both, body: Buffer.from('2'), headers };
    expect((await send(base, next)).status).toBe(200);
    expect((await send(base, next)).status).toBe(412);
  });

  it('gets a replay only as long as he has the right', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const call = { method: 'PUT', path, token: writer, body: Buffer.from('r'), headers };
    const first = await send(base, call);
    expect((await send(base, call)).json()).toEqual(first.json());
  });
});

describe('who holds only secretmetadata', () => {
  it('lists and gets metadata, by the broker', async () => {
    const list = await get(lister, '/v1/namespaces/pay/secrets');
    expect(list.status).toBe(200);
    expect(list.json<{ items: object[] }>().items).toMatchObject([{ name: 'shhhhhh' }]);
    expect(await eventsOf(list)).toMatchObject([{ action: 'secrets.list', plane: 'broker' }]);
    const one = await get(lister, `${secret}/metadata`);
    expect(one.json()).toMatchObject({ name: 'shhhhhh', keys: expect.any(Array) });
    const union = await get(lister, '/v1/secrets');
    expect(union.json<{ items: object[] }>().items).toHaveLength(1);
    expect((await get(lister, '/v1/namespaces')).json()).toMatchObject({
      items: [{ name: 'pay' }],
    });
  });

  it('sees no value over REST', async () => {
    for (const path of ['', '?format=json', '?encoding=base64', '/keys/password']) {
      const answer = await get(lister, `${secret}${path}`);
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('hunter2');
    }
  });

  it('sees no value over GraphQL, and the metadata beside it', async () => {
    const fields = '{ type value(key: "password") values { text } }';
    const answer = await graphql(lister, `{ secret(namespace: "pay", name: "shhhhhh") ${fields} }`);
    expect(answer.json()).toMatchObject({
      data: { secret: { type: 'Opaque', value: null, values: null } },
      errors: [{ path: ['secret', 'value'] }, { path: ['secret', 'values'] }],
    });
    expect(answer.text).not.toContain('hunter2');
    const list = await graphql(lister, '{ secrets { nodes { name keys { name } } } }');
    expect(list.json()).toMatchObject({ data: { secrets: { nodes: [{ name: 'shhhhhh' }] } } });
  });
});

it('an existing key and a missing Secret are the same to who holds a key of neither', async () => {
  const paths = [`${secret}/keys/password`, '/v1/namespaces/pay/secrets/sssshhh/keys/password'];
  const answers = await Promise.all(paths.map((path) => get(stranger, path)));
  const [real, missing] = answers.map(({ status, text }) => ({
    status,
    text: text.replaceAll('sssshhh', 'shhhhhh').replaceAll(/"(requestId|auditId)":"[^"]*"/g, ''),
  }));
  expect(real).toEqual(missing);
  expect(real?.status).toBe(403);
});
