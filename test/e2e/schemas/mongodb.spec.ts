import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';

const namespace = 'mongodb';
const keys = ['mongodb-root-username', 'mongodb-root-password'] as const;
const [username, password] = keys;
const labels = { 'sallyport.dev/schema': 'mongodb-root' };
const right = { [username]: 'root', [password]: 'r00t-12345' };
const wrong = { [username]: 'root', [password]: '' };
const schema = {
  description: 'Root user of MongoDB: an empty password lets everybody in.',
  appliesTo: { label: 'mongodb-root' },
  mode: 'enforce',
  keys: {
    [username]: { required: true, schema: { minLength: 1 } },
    [password]: { required: true, schema: { minLength: 8 } },
  },
};

let world: SecretsWorld<'owner'>;
let url: string;

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['owner']);
  [url = ''] = await world.installation.gateway.listen();
  const admin = await world.installation.clusterUser(namespace, 'admin', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  const path = '/v1/schemas/mongodb-root';
  const made = await send(url, { method: 'PUT', path, token: admin, body: schema });
  if (made.status !== 201) throw new Error(made.text);
  await world.seed('stored', { metadata: { labels }, stringData: right });
});
afterAll(() => world?.stop());

const rest = `/v1/namespaces/${namespace}/secrets`;
const raw = `/kubernetes/api/v1/namespaces/${namespace}/secrets`;
const typed = (type: string) => ({ headers: { 'content-type': type } });
const object = (name: string, stringData: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels },
  stringData,
});
const mutation = (field: string, type: string, input: object): Call => ({
  method: 'POST',
  path: '/graphql',
  body: {
    query: `mutation ($input: ${type}!) { ${field}(input: $input) { secret { name } } }`,
    variables: { input: { namespace, ...input } },
  },
});
const empty = { stringData: { [password]: '' } };
const patchOf = [{ op: 'replace', path: `/data/${password}`, value: '' }];

const writes: readonly (readonly [string, Call])[] = [
  ['POST', { method: 'POST', path: rest, body: { name: 'new', labels, stringData: wrong } }],
  ['PUT', { method: 'PUT', path: `${rest}/stored`, body: { labels, stringData: wrong } }],
  [
    'PATCH',
    {
      method: 'PATCH',
      path: `${rest}/stored`,
      body: empty,
      ...typed('application/merge-patch+json'),
    },
  ],
  [
    'JSON patch',
    {
      method: 'PATCH',
      path: `${rest}/stored`,
      body: patchOf,
      ...typed('application/json-patch+json'),
    },
  ],
  [
    'PUT of the key',
    { method: 'PUT', path: `${rest}/stored/keys/${password}`, body: '', ...typed('text/plain') },
  ],
  ['DELETE of the key', { method: 'DELETE', path: `${rest}/stored/keys/${password}` }],
  [
    'createSecret',
    mutation('createSecret', 'CreateSecretInput', { name: 'new', labels, stringData: wrong }),
  ],
  [
    'replaceSecret',
    mutation('replaceSecret', 'ReplaceSecretInput', { name: 'stored', stringData: wrong }),
  ],
  ['patchSecret', mutation('patchSecret', 'PatchSecretInput', { name: 'stored', ...empty })],
  ['kubectl create', { method: 'POST', path: raw, body: object('new', wrong) }],
  ['kubectl replace', { method: 'PUT', path: `${raw}/stored`, body: object('stored', wrong) }],
  ...['merge-patch+json', 'strategic-merge-patch+json'].map((type): readonly [string, Call] => [
    `kubectl patch, ${type}`,
    { method: 'PATCH', path: `${raw}/stored`, body: empty, ...typed(`application/${type}`) },
  ]),
  [
    'kubectl patch, json',
    {
      method: 'PATCH',
      path: `${raw}/stored`,
      body: patchOf,
      ...typed('application/json-patch+json'),
    },
  ],
  [
    'kubectl apply --server-side',
    {
      ...{ method: 'PATCH', path: `${raw}/stored?fieldManager=me&force=true` },
      ...{ body: object('stored', wrong), ...typed('application/apply-patch+yaml') },
    },
  ],
  [
    'kubectl apply of a new Secret',
    {
      ...{ method: 'PATCH', path: `${raw}/new?fieldManager=me&force=true` },
      ...{ body: object('new', wrong), ...typed('application/apply-patch+yaml') },
    },
  ],
];

describe('an empty root password of MongoDB', () => {
  it.each(writes)('is refused by %s', async (_name, given) => {
    const answer = await send(url, { token: world.tokens.owner, ...given });
    const refusal = /must have minLength 8|is required by the schema/;
    expect(answer.text).toMatch(refusal);
    expect(await world.values('stored')).toEqual(right);
    expect(await world.stored('new')).toBeUndefined();
  });

  it('is not restored from a version that was written past the gateway', async () => {
    await world.seed('past', { metadata: { labels }, stringData: wrong });
    const body = { labels, stringData: right };
    expect((await world.as('owner').put(world.at('past'), body)).status).toBe(200);
    const group = ['sallyport.dev'];
    const token = await world.installation.user(namespace, 'restorer', [
      { verbs: ['get', 'patch'], resources: ['secrets'] },
      { verbs: ['get', 'list'], apiGroups: group, resources: ['secretversions'] },
      { verbs: ['create'], apiGroups: group, resources: ['secretversions/restore'] },
    ]);
    const path = `${rest}/past/versions/1/restore`;
    const answer = await send(url, { method: 'POST', path, token, body: {} });
    expect([answer.status, answer.text]).toMatchObject([422, expect.stringContaining('minLength')]);
    expect(await world.values('past')).toEqual(right);
  });
});
