import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation } from '../support/gateway.js';
import { type Answer, type Call, send } from '../support/raw-http.js';
import { seedSecret, storedVersion } from '../support/seed.js';

const REAL = 'present';
const MISSING = 'missing';

let installation: TestInstallation;
let base: string;
/** May do nothing at all. */
let stranger: string;
/** May patch another Secret, but read none. */
let patcher: string;
/** May do with another Secret what only the gateway asks about. */
let keyHolder: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', REAL, { password: 'root' });
  stranger = await installation.user('pay', 'stranger', []);
  patcher = await installation.user('pay', 'patcher', [
    { verbs: ['patch'], resources: ['secrets'], resourceNames: ['other'] },
  ]);
  keyHolder = await installation.user('pay', 'key-holder', [
    {
      verbs: ['get', 'list', 'update', 'delete'],
      apiGroups: ['sallyport.dev'],
      resources: ['secretkeys', 'secretmetadata'],
      resourceNames: ['other', 'other/password'],
    },
  ]);
});

afterAll(() => installation.stop());

const item = (name: string) => `/v1/namespaces/pay/secrets/${name}`;
const values = { stringData: { password: 'new' } };
const etag = '"00000000-0000-0000-0000-000000000000.1"';

type NamedCall = (name: string) => Call;
const calls: readonly (readonly [string, NamedCall])[] = [
  ['GET of a Secret', (name) => ({ path: item(name) })],
  ['HEAD of a Secret', (name) => ({ method: 'HEAD', path: item(name) })],
  ...['json', 'env', 'yaml', 'properties'].map(
    (format) =>
      [`GET as ${format}`, (name: string) => ({ path: `${item(name)}?format=${format}` })] as const,
  ),
  ['GET at a resourceVersion', (name) => ({ path: `${item(name)}?resourceVersion=1` })],
  ['GET with If-Match', (name) => ({ path: item(name), headers: { 'if-match': etag } })],
  ['GET with If-Match: *', (name) => ({ path: item(name), headers: { 'if-match': '*' } })],
  [
    'GET with If-None-Match: *',
    (name) => ({ path: item(name), headers: { 'if-none-match': '*' } }),
  ],
  ['GET of metadata', (name) => ({ path: `${item(name)}/metadata` })],
  ['HEAD of metadata', (name) => ({ method: 'HEAD', path: `${item(name)}/metadata` })],
  ['GET of a key', (name) => ({ path: `${item(name)}/keys/password` })],
  ['GET of a key that is nowhere', (name) => ({ path: `${item(name)}/keys/absent` })],
  ['GET of values', (name) => ({ path: `/v1/namespaces/pay/values?secret=${name}` })],
  [
    'GET of values of several',
    (name) => ({ path: `/v1/namespaces/pay/values?secret=${name}/password&secret=${name}` }),
  ],
  [
    'GET that waits',
    (name) => ({ path: `${item(name)}?waitSeconds=300`, headers: { 'if-none-match': '*' } }),
  ],
  ['HEAD of a key', (name) => ({ method: 'HEAD', path: `${item(name)}/keys/password` })],
  ['PUT', (name) => ({ method: 'PUT', path: item(name), body: values })],
  ['PUT, dry run', (name) => ({ method: 'PUT', path: `${item(name)}?dryRun=All`, body: values })],
  [
    'PUT with If-Match',
    (name) => ({ method: 'PUT', path: item(name), body: values, headers: { 'if-match': etag } }),
  ],
  [
    'PUT with If-None-Match: *',
    (name) => ({
      method: 'PUT',
      path: item(name),
      body: values,
      headers: { 'if-none-match': '*' },
    }),
  ],
  [
    'PUT of another type',
    (name) => ({ method: 'PUT', path: item(name), body: { ...values, type: 'example.org/x' } }),
  ],
  [
    'PUT at a resourceVersion',
    (name) => ({ method: 'PUT', path: item(name), body: { ...values, resourceVersion: '1' } }),
  ],
  ['merge PATCH', (name) => ({ method: 'PATCH', path: item(name), body: values })],
  [
    'merge PATCH, dry run',
    (name) => ({ method: 'PATCH', path: `${item(name)}?dryRun=All`, body: values }),
  ],
  [
    'JSON PATCH that tests a value',
    (name) => ({
      method: 'PATCH',
      path: item(name),
      headers: { 'content-type': 'application/json-patch+json' },
      body: JSON.stringify([{ op: 'test', path: '/stringData/password', value: 'root' }]),
    }),
  ],
  [
    'JSON PATCH that removes a key',
    (name) => ({
      method: 'PATCH',
      path: item(name),
      headers: { 'content-type': 'application/json-patch+json' },
      body: JSON.stringify([{ op: 'remove', path: '/stringData/password' }]),
    }),
  ],
  ['DELETE', (name) => ({ method: 'DELETE', path: item(name) })],
  ['DELETE, dry run', (name) => ({ method: 'DELETE', path: `${item(name)}?dryRun=All` })],
  [
    'DELETE with If-Match',
    (name) => ({ method: 'DELETE', path: item(name), headers: { 'if-match': etag } }),
  ],
  [
    'PUT of a key',
    (name) => ({ method: 'PUT', path: `${item(name)}/keys/password`, body: Buffer.from('x') }),
  ],
  [
    'PUT of a key, only if absent',
    (name) => ({
      method: 'PUT',
      path: `${item(name)}/keys/password`,
      body: Buffer.from('x'),
      headers: { 'if-none-match': '*' },
    }),
  ],
  ['DELETE of a key', (name) => ({ method: 'DELETE', path: `${item(name)}/keys/password` })],
  [
    'DELETE of a key that is nowhere',
    (name) => ({ method: 'DELETE', path: `${item(name)}/keys/absent` }),
  ],
  [
    'POST of the name',
    (name) => ({
      method: 'POST',
      path: '/v1/namespaces/pay/secrets',
      body: { name, ...values },
    }),
  ],
  [
    'list of the name',
    (name) => ({ path: `/v1/namespaces/pay/secrets?fieldSelector=metadata.name%3D${name}` }),
  ],
  [
    'union list of the name',
    (name) => ({ path: `/v1/secrets?fieldSelector=metadata.name%3D${name}` }),
  ],
  [
    'audit events of the name',
    (name) => ({ path: `/v1/audit/events?namespace=pay&secret=${name}` }),
  ],
];

function graphql(query: string, variables: (name: string) => object = () => ({})): NamedCall {
  return (name) => ({
    method: 'POST',
    path: '/graphql',
    body: { query: query.replaceAll('NAME', name), variables: variables(name) },
  });
}

const one = 'secret(namespace: "pay", name: "NAME")';
const mutation = (field: string, type: string) =>
  `mutation ($input: ${type}!) { ${field}(input: $input) { dryRun changes { added } } }`;
const input = (more: object) => (name: string) => ({ input: { namespace: 'pay', name, ...more } });
const graphqlCalls: readonly (readonly [string, NamedCall])[] = [
  ['metadata', graphql(`{ ${one} { type labels keys { name } } }`)],
  ['the bare name', graphql(`{ ${one} { name } }`)],
  ['all values', graphql(`{ ${one} { values { key text } } }`)],
  ['one value', graphql(`{ ${one} { value(key: "password") } }`)],
  ['a value that is nowhere', graphql(`{ ${one} { value(key: "absent") } }`)],
  ['a member', graphql(`{ ${one} { value(key: "password", pointer: "/a") } }`)],
  ['values and metadata', graphql(`{ ${one} { type value(key: "password") values { key } } }`)],
  ['by name', graphql('{ secretsByName(namespace: "pay", names: ["NAME", "other"]) { type } }')],
  [
    'a list',
    graphql(
      '{ secrets(filter: { namespaces: ["pay"], fieldSelector: "metadata.name=NAME" }) ' +
        '{ nodes { name } } }',
    ),
  ],
  ['create', graphql(mutation('createSecret', 'CreateSecretInput'), input(values))],
  ['replace', graphql(mutation('replaceSecret', 'ReplaceSecretInput'), input(values))],
  ['patch', graphql(mutation('patchSecret', 'PatchSecretInput'), input(values))],
  ['delete', graphql(mutation('deleteSecret', 'DeleteSecretInput'), input({}))],
  [
    'delete of a state',
    graphql(mutation('deleteSecret', 'DeleteSecretInput'), input({ resourceVersion: '1' })),
  ],
];

/**
 * All of an answer but ids, dates and what time has refilled of a rate limit; names are as long as
 * each other, so lengths compare too.
 */
function comparable(answer: Answer, name: string) {
  const {
    date: _date,
    'x-request-id': _requestId,
    'audit-id': _auditId,
    ratelimit = '',
    ...others
  } = answer.headers;
  const headers = { ...others, ratelimit: String(ratelimit).replaceAll(/\b[rt]=\d+/g, '') };
  const body = answer.text
    .replaceAll(/"(requestId|auditId)":"[^"]*"/g, '"$1":""')
    .replaceAll(name, 'NAME');
  return { status: answer.status, headers, body };
}

describe('an existing Secret and a missing one', () => {
  it.each(calls)('look alike to a caller without rights: %s', async (_title, call) => {
    const real = await send(base, { ...call(REAL), token: stranger });
    const missing = await send(base, { ...call(MISSING), token: stranger });
    expect(comparable(real, REAL)).toEqual(comparable(missing, MISSING));
    expect([200, 403]).toContain(real.status);
    if (real.status === 200) expect(real.json()).toEqual({ items: [] });
  });

  it.each(calls)('look alike to a caller with a right on another one: %s', async (_title, call) => {
    const real = await send(base, { ...call(REAL), token: patcher });
    const missing = await send(base, { ...call(MISSING), token: patcher });
    expect(comparable(real, REAL)).toEqual(comparable(missing, MISSING));
  });

  it.each(calls)('look alike to who holds keys of another one: %s', async (_title, call) => {
    const real = await send(base, { ...call(REAL), token: keyHolder });
    const missing = await send(base, { ...call(MISSING), token: keyHolder });
    expect(comparable(real, REAL)).toEqual(comparable(missing, MISSING));
  });

  it.each(graphqlCalls)(
    'look alike over GraphQL to each of the three: %s',
    async (_title, call) => {
      for (const token of [stranger, patcher, keyHolder]) {
        const real = await send(base, { ...call(REAL), token });
        const missing = await send(base, { ...call(MISSING), token });
        expect(comparable(real, REAL)).toEqual(comparable(missing, MISSING));
        expect(real.text).toContain('"Forbidden"');
      }
    },
  );

  it('are told apart by somebody who may read, so the setup is what it says', async () => {
    const reader = await installation.user('pay', 'reader', [
      { verbs: ['get'], resources: ['secrets'] },
    ]);
    expect((await send(base, { path: item(REAL), token: reader })).status).toBe(200);
    expect((await send(base, { path: item(MISSING), token: reader })).status).toBe(404);
  });

  it('stay what they were through all of this', async () => {
    expect(await storedVersion(installation, 'pay', REAL)).toBeDefined();
    expect(await storedVersion(installation, 'pay', MISSING)).toBeUndefined();
  });
});

describe('a namespace that is there but not served, and one that is not there', () => {
  it('look alike to a caller without rights in either', async () => {
    await installation.cluster.request('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'zoo' },
    });
    const root = '/v1/namespaces';
    for (const path of ['', '/db', '/db/metadata', '/db/keys/password']) {
      const real = await ask(`${root}/zoo/secrets${path}`);
      const gone = await ask(`${root}/zap/secrets${path}`);
      expect(comparable(real, 'zoo')).toEqual(comparable(gone, 'zap'));
      expect(real.status).toBeGreaterThanOrEqual(400);
    }
  });

  function ask(path: string): Promise<Answer> {
    return send(base, { path, token: stranger });
  }
});
