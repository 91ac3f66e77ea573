import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bind, secretsClusterRole } from '../../support/role-bindings.js';
import { TestInstallation } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

let installation: TestInstallation;
let base: string;
let app: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  app = await installation.user('pay', 'app', [
    { verbs: ['get'], resources: ['secrets'], resourceNames: ['db'] },
    {
      verbs: ['get'],
      apiGroups: ['sallyport.dev'],
      resources: ['secretkeys'],
      resourceNames: ['shhhhhh/password'],
    },
  ]);
});

afterAll(() => installation.stop());

const post = (path: string, body: object, token: string | undefined = app): Promise<Answer> =>
  send(base, { method: 'POST', path, token, body });
const graphql = (query: string, variables: object = {}) => post('/graphql', { query, variables });

async function eventsOf(answer: Answer) {
  const { items } = await partOf(installation.gateway, AuditService).list({});
  const id = answer.headers['audit-id'];
  return items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
}

const db = { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db' };
const key = {
  verb: 'get',
  group: 'sallyport.dev',
  resource: 'secretkeys',
  namespace: 'pay',
  name: 'shhhhhh/password',
};

describe('whoami', () => {
  const me = {
    username: 'system:serviceaccount:pay:app',
    uid: expect.stringMatching(/^[-0-9a-f]{36}$/),
    groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
    kind: 'serviceAccount',
    credentialId: expect.any(String),
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    scope: null,
  };

  it('tells by which credential the caller is whom, over both doors alike', async () => {
    const rest = await send(base, { path: '/v1/whoami', token: app });
    expect([rest.status, rest.json()]).toEqual([200, me]);
    const fields = 'username uid groups kind credentialId expiresAt scope { namespaces }';
    const viewer = await graphql(`{ viewer { ${fields} } }`);
    expect(viewer.json()).toEqual({ data: { viewer: { ...me, kind: 'SERVICE_ACCOUNT' } } });
  });

  it('is on record', async () => {
    const answer = await send(base, { path: '/v1/whoami', token: app });
    expect(await eventsOf(answer)).toMatchObject([
      { action: 'access.review', outcome: 'allowed', user: me.username },
    ]);
  });

  it('needs a token', async () => {
    expect((await send(base, { path: '/v1/whoami' })).status).toBe(401);
  });
});

describe('access reviews', () => {
  const asked = [
    db,
    { ...db, name: 'other' },
    key,
    { ...key, name: 'shhhhhh/username' },
    { ...db, name: '*' },
    { ...db, namespace: '*' },
  ];
  const answers = [true, false, true, false, false, false];

  it('answer in the order of the questions, with the reasons of Kubernetes', async () => {
    const answer = await post('/v1/access-reviews', { items: asked });
    expect(answer.status).toBe(200);
    const { items } = answer.json<{ items: readonly { allowed: boolean; reason?: string }[] }>();
    expect(items.map(({ allowed }) => allowed)).toEqual(answers);
    expect(items.map(({ allowed: _a, reason: _r, ...question }) => question)).toEqual(asked);
    expect(items[0]?.reason).toMatch(/^RBAC: allowed by RoleBinding "pay-app\/pay" of Role/);
    expect(items[1]).not.toHaveProperty('reason');
  });

  it('say over GraphQL what they say over REST', async () => {
    const query = `query ($requests: [AccessRequest!]!) {
      can(requests: $requests) { allowed reason } }`;
    const answer = await graphql(query, { requests: asked });
    const { data } = answer.json<{ data: { can: readonly { allowed: boolean }[] } }>();
    expect(data.can.map(({ allowed }) => allowed)).toEqual(answers);
    expect(data.can[0]).toMatchObject({ reason: expect.stringContaining('RBAC: allowed by') });
    expect(await eventsOf(answer)).toMatchObject([{ action: 'access.review', plane: 'self' }]);
  });

  it('are one event, about the namespace that all of them name', async () => {
    const inPay = await post('/v1/access-reviews', { items: [db, key] });
    expect(await eventsOf(inPay)).toMatchObject([
      { action: 'access.review', outcome: 'allowed', plane: 'self', namespace: 'pay' },
    ]);
    const anywhere = await post('/v1/access-reviews', { items: asked });
    const [event] = await eventsOf(anywhere);
    expect(event).not.toHaveProperty('namespace');
  });

  it.each([
    ['no question', { items: [] }],
    ['more than a hundred', { items: Array.from({ length: 101 }, () => db) }],
    ['no name', { items: [{ ...db, name: undefined }] }],
    ['an empty namespace', { items: [{ ...db, namespace: '' }] }],
    ['an unknown member', { items: [{ ...db, user: 'admin' }] }],
    ['an unknown member around them', { items: [db], user: 'admin' }],
    ['a bare list', [db]],
  ])('refuse %s with 422', async (_title, body) => {
    const answer = await post('/v1/access-reviews', body);
    expect(answer.json()).toMatchObject({ status: 422, code: 'Invalid' });
  });

  it('refuse more than a hundred over GraphQL too', async () => {
    const query = 'query ($r: [AccessRequest!]!) { can(requests: $r) { allowed } }';
    const answer = await graphql(query, { r: Array.from({ length: 101 }, () => db) });
    expect(answer.json()).toMatchObject({
      data: { can: null },
      errors: [{ extensions: { code: 'Invalid' } }],
    });
  });

  it('take a hundred', async () => {
    const answer = await post('/v1/access-reviews', {
      items: Array.from({ length: 100 }, () => key),
    });
    expect(answer.json<{ items: object[] }>().items).toHaveLength(100);
  });
});

describe('a namespace that the patterns serve and no binding does', () => {
  let everywhere: string;

  beforeAll(async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'unbound' } };
    await installation.cluster.request('POST', '/api/v1/namespaces', namespace);
    everywhere = await installation.user('pay', 'everywhere', []);
    const { cluster } = installation;
    const verbs = ['get', 'list', 'create', 'update', 'patch', 'delete'];
    await secretsClusterRole(cluster, 'all-secrets', verbs);
    await bind(cluster, {
      name: 'everywhere',
      role: { kind: 'ClusterRole', name: 'all-secrets' },
      subject: { kind: 'User', name: 'system:serviceaccount:pay:everywhere' },
    });
  });

  const body = { stringData: { a: 'value-of-a' } };
  const calls = [
    ['GET', '/db', undefined],
    ['GET', '', undefined],
    ['GET', '?fieldSelector=metadata.name%3Ddb', undefined],
    ['GET', '/db/metadata', undefined],
    ['GET', '/db/keys/a', undefined],
    ['POST', '', { name: 'db', ...body }],
    ['PUT', '/db', body],
    ['PATCH', '/db', body],
    ['DELETE', '/db', undefined],
  ] as const;

  it.each(calls)('is 403 to who has no right there: %s %s', async (method, path, sent) => {
    const url = `/v1/namespaces/unbound/secrets${path}`;
    const answer = await send(base, { method, path: url, token: app, body: sent });
    expect(answer.json()).toMatchObject({
      code: 'Forbidden',
      detail: expect.stringContaining('in the namespace "unbound"'),
    });
    const nowhere = await send(base, {
      method,
      path: url.replace('unbound', 'nowhere'),
      token: app,
      body: sent,
    });
    const told = nowhere.json()['detail'];
    expect(String(told).replace('nowhere', 'unbound')).toBe(answer.json()['detail']);
  });

  it('sets off no alarm for them', () => {
    expect(installation.log.filter((line) => line.includes('ALARM'))).toEqual([]);
  });

  it.each(calls)(
    'is a fault of the installation to who has it: %s %s',
    async (method, path, sent) => {
      const url = `/v1/namespaces/unbound/secrets${path}`;
      const answer = await send(base, { method, path: url, token: everywhere, body: sent });
      expect(answer.json()).toMatchObject({ status: 503, code: 'Unavailable' });
      expect(installation.log.some((line) => line.includes('ALARM'))).toBe(true);
    },
  );
});
