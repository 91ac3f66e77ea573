import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GRAPHQL, REST } from '../../support/door.js';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import {
  type SpecTransport,
  type SpecWrite,
  writeBy,
  writeByAll,
} from '../../support/spec-writes.js';
import { eventually } from '../../support/tokens-world.js';
import { graphqlSchemaSpec } from './graphql-schema-spec.js';
import { itKeepsStates } from './schema-write-cases.js';

const namespace = 'schemas';
const spec = {
  appliesTo: { label: 'written' },
  mode: 'enforce',
  keys: { username: { required: true, schema: { pattern: '^[a-z_]{1,63}$' } } },
};
const transport: SpecTransport = {
  kind: 'LocalSecretSchema',
  collection: `/v1/namespaces/${namespace}/schemas`,
  namespace,
  selection: 'created schema { id namespace etag mode state }',
  toGraphql: graphqlSchemaSpec,
};

let world: SecretsWorld<'owner'>;
let callers: { readonly url: string; readonly tokens: Readonly<Record<string, string>> };

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['owner']);
  const { installation, tokens } = world;
  const [url = ''] = await installation.gateway.listen();
  const all = { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['localsecretschemas'] };
  const list = { verbs: ['list'], resources: ['secrets'] };
  const half = await installation.user(namespace, 'half', [all]);
  const author = await installation.user(namespace, 'author', [all, list]);
  callers = { url, tokens: { ...tokens, author, half } };
});
afterAll(() => world?.stop());

const by = () => ({ callers, installation: world.installation });
const put = (name: string, change: Partial<SpecWrite> = {}): SpecWrite => {
  return { as: 'author', verb: 'put', name, spec, ...change };
};
const remove = (name: string, change: Partial<SpecWrite> = {}): SpecWrite => {
  return { as: 'author', verb: 'delete', name, ...change };
};
const read = (name: string) => {
  const path = `${transport.collection}/${name}`;
  return send(callers.url, { path, token: callers.tokens['author'] });
};

describe('a schema of a namespace, written over GraphQL', () => {
  it.each([
    ['values that fit', 'author', 'by-rest', { username: 'app' }, 200],
    ['values that break rules', 'author', 'by-rest', { username: 'No' }, 200],
    ['no schema', 'author', 'absent', {}, 404],
    ['a caller without the right', 'owner', 'by-rest', {}, 403],
  ] as const)('checks values as REST does: %s', async (_what, as, name, stringData, status) => {
    await writeBy(REST, by(), transport, put('by-rest'));
    const { url, tokens } = callers;
    const token = tokens[as] ?? '';
    const path = `${transport.collection}/${name}/validate`;
    const rest = await send(url, { method: 'POST', path, token, body: { stringData } });
    expect(rest.status).toBe(status);
    const query = `query($stringData: SecretMap) {
      schemaValidation(namespace: "${namespace}", name: "${name}", stringData: $stringData) {
        valid errors { pointer reason } expiresAt } }`;
    const body = { query, variables: { stringData } };
    const asked = await send(url, { method: 'POST', path: '/graphql', token, body });
    const { data, errors } = asked.json<{
      data: { schemaValidation: object | null };
      errors?: readonly { extensions: { code: string } }[];
    }>();
    const { code = null, detail: _detail, ...shown } = rest.json<Record<string, unknown>>();
    expect(errors?.[0]?.extensions.code ?? null).toBe(code);
    expect(data.schemaValidation).toEqual(status === 200 ? shown : null);
  });

  it('is stored as REST stores it, and checks writes from then on', async () => {
    const made = await writeBy(GRAPHQL, by(), transport, put('by-graphql'));
    expect(made.data).toMatchObject({ created: true, schema: { namespace, state: 'VALID' } });
    await writeBy(REST, by(), transport, put('by-rest'));
    const shown = async (name: string) => ({ ...(await read(name)).json<object>(), name: '' });
    expect(await shown('by-graphql')).toEqual(await shown('by-rest'));
    const labels = { 'sallyport.dev/schema': 'written' };
    const body = { name: 'checked', labels, stringData: { username: 'App' } };
    const token = world.tokens.owner;
    const { path } = world;
    const refused = await send(callers.url, { method: 'POST', path, token, body });
    expect([refused.status, refused.json()]).toMatchObject([
      422,
      { errors: [{ schema: 'schemas/by-graphql' }, { schema: 'schemas/by-rest' }] },
    ]);
  });

  itKeepsStates({ by, transport, spec, put, remove, read });
});

const wrong = (change: object) => ({ spec: { ...spec, ...change } });
const writes: readonly (readonly [string, string | undefined, SpecWrite])[] = [
  ['a new schema', undefined, put('alike', { dryRun: true })],
  ['a deletion', undefined, remove('present', { dryRun: true })],
  ['a schema that is there', 'AlreadyExists', put('present', { ifNoneMatch: '*' })],
  ['another state than the present one', 'Conflict', put('present', { ifMatch: '"a.1"' })],
  ['a deletion of nothing', 'NotFound', remove('absent')],
  ['a name that is none', 'BadRequest', put('No_Name')],
  ['a write without the right', 'Forbidden', put('present', { as: 'owner' })],
  ['a write without the right to list Secrets', 'Forbidden', put('present', { as: 'half' })],
  ['a deletion without the right', 'Forbidden', remove('present', { as: 'owner' })],
  ['the label of a built-in schema', 'Invalid', put('x', wrong({ appliesTo: { label: 'tls' } }))],
  ['a rule that is no CEL', 'Invalid', put('present', wrong({ rules: [{ rule: 'secret.(' }] }))],
];

describe('REST and GraphQL respond alike, with one event, to', () => {
  beforeAll(() => writeBy(REST, by(), transport, put('present')));

  it.each(writes)('%s: %s', async (_what, code, write) => {
    const [restOutcome, graphqlOutcome] = await writeByAll(by(), transport, write);
    expect(restOutcome?.code).toBe(code);
    expect(restOutcome?.events).toMatchObject([{ action: 'schemas.update', namespace }]);
    expect({ ...graphqlOutcome, data: undefined }).toEqual({ ...restOutcome, data: undefined });
  });
});

it('a schema that cannot be used has its state over GraphQL', async () => {
  const token = callers.tokens['author'];
  const path = `/kubernetes/apis/sallyport.dev/v1alpha1/namespaces/${namespace}/localsecretschemas`;
  const body = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'LocalSecretSchema',
    metadata: { name: 'broken' },
    spec: { ...spec, appliesTo: { label: 'broken' }, rules: [{ rule: 'secret.(' }] },
  };
  expect((await send(callers.url, { method: 'POST', path, token, body })).status).toBe(201);
  const query = `{ localSecretSchema(namespace: "${namespace}", name: "broken") {
    state problems { pointer } } }`;
  await eventually(async () => {
    const question = { method: 'POST', path: '/graphql', token, body: { query } };
    const { data } = (await send(callers.url, question)).json<{ data: object }>();
    const problems = [{ pointer: '/rules/0/rule' }];
    expect(data).toEqual({ localSecretSchema: { state: 'INVALID', problems } });
  });
});
