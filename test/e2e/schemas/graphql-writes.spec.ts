import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doors, GRAPHQL, REST } from '../../support/door.js';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import {
  eventsOf,
  type SpecTransport,
  type SpecWrite,
  writeBy,
  writeByAll,
} from '../../support/spec-writes.js';
import { graphqlSchemaSpec } from './graphql-schema-spec.js';
import { itKeepsStates } from './schema-write-cases.js';

const spec = {
  description: 'Login of PostgreSQL.',
  appliesTo: { types: ['example.com/written'], label: 'written' },
  mode: 'enforce',
  checkUnchanged: true,
  additionalKeys: false,
  keys: {
    username: { required: true, schema: { type: 'string', pattern: '^[a-z_]{1,63}$' } },
    config: { format: 'json', schema: { type: 'object', required: ['a'] }, examples: ['{"a":1}'] },
    dsn: { kind: 'dsn.postgresql', description: 'Where.' },
    until: {},
  },
  oneOf: [{ required: ['dsn'] }, { required: ['config'] }],
  rules: [{ rule: 'secret.username != "root"', message: 'is root' }],
  expires: { key: 'until' },
};

const transport: SpecTransport = {
  kind: 'SecretSchema',
  collection: '/v1/schemas',
  selection: 'created schema { id etag mode }',
  toGraphql: graphqlSchemaSpec,
};

let world: SecretsWorld<'owner'>;
let callers: { readonly url: string; readonly tokens: Readonly<Record<string, string>> };

beforeAll(async () => {
  world = await SecretsWorld.start('schema-writes', ['owner']);
  const { installation, tokens } = world;
  const [url = ''] = await installation.gateway.listen();
  const all = { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] };
  const list = { verbs: ['list'], resources: ['secrets'] };
  const half = await installation.clusterUser('schema-writes', 'half', [all]);
  const admin = await installation.clusterUser('schema-writes', 'admin', [all, list]);
  callers = { url, tokens: { ...tokens, admin, half } };
});
afterAll(() => world?.stop());

const by = () => ({ callers, installation: world.installation });
const put = (name: string, change: Partial<SpecWrite> = {}): SpecWrite => {
  return { as: 'admin', verb: 'put', name, spec, ...change };
};
const remove = (name: string, change: Partial<SpecWrite> = {}): SpecWrite => {
  return { as: 'admin', verb: 'delete', name, ...change };
};
const rest = (path: string, token = callers.tokens['admin']) => send(callers.url, { path, token });
const ask = async (query: string, variables: object = {}, as = 'admin') => {
  const body = { query, variables };
  const token = callers.tokens[as];
  const answer = await send(callers.url, { method: 'POST', path: '/graphql', token, body });
  return { answer, ...answer.json<{ data: Record<string, object>; errors?: object[] }>() };
};

describe('a schema over GraphQL', () => {
  it('is stored as REST stores it, and has all members in both', async () => {
    await writeBy(GRAPHQL, by(), transport, put('by-graphql'));
    await writeBy(REST, by(), transport, put('by-rest'));
    const [one, other] = await Promise.all(
      ['by-graphql', 'by-rest'].map(async (name) => {
        return { ...(await rest(`/v1/schemas/${name}`)).json<object>(), name: '' };
      }),
    );
    expect(one).toEqual(other);
    expect(one).toMatchObject({ ...spec, state: 'Valid' });
    const { data } = await ask(`{ secretSchema(name: "by-graphql") {
      description types label mode checkUnchanged additionalKeys oneOf { required }
      keys { name format schema kind } rules { rule message } expires { key certificate } } }`);
    expect(data['secretSchema']).toMatchObject({
      ...{ types: ['example.com/written'], label: 'written', mode: 'ENFORCE' },
      ...{ checkUnchanged: true, additionalKeys: false, oneOf: spec.oneOf, rules: spec.rules },
      keys: [
        { name: 'config', format: 'JSON', kind: null },
        { name: 'dsn', format: 'TEXT', kind: 'dsn.postgresql', schema: null },
        { name: 'until' },
        { name: 'username', format: 'TEXT' },
      ],
      expires: { key: 'until', certificate: null },
    });
  });

  itKeepsStates({
    by,
    transport,
    spec,
    put,
    remove,
    read: (name: string) => rest(`/v1/schemas/${name}`),
  });

  it('checks writes from then on, also those by REST', async () => {
    await writeBy(GRAPHQL, by(), transport, put('checks'));
    const labels = { 'sallyport.dev/schema': 'written' };
    const body = { name: 'checked', labels, stringData: { username: 'App' } };
    const { path } = world;
    const token = world.tokens.owner;
    const refused = await send(callers.url, { method: 'POST', path, token, body });
    expect(refused.status).toBe(422);
  });
});

const wrong = (change: object) => ({ spec: { ...spec, ...change } });
const writes: readonly (readonly [string, string | undefined, SpecWrite])[] = [
  ['a new schema', undefined, put('alike', { dryRun: true })],
  ['a deletion', undefined, remove('present', { dryRun: true })],
  ['a schema that is there', 'AlreadyExists', put('present', { ifNoneMatch: '*' })],
  ['another state than the present one', 'Conflict', put('present', { ifMatch: '"a.1"' })],
  ['a deletion of another state', 'Conflict', remove('present', { ifMatch: '"a.1"' })],
  ['a condition without a meaning', 'BadRequest', put('present', { ifNoneMatch: '"a.1"' })],
  ['a deletion of nothing', 'NotFound', remove('absent')],
  ['a name that is none', 'BadRequest', put('No_Name')],
  ['the name of a built-in schema', 'Conflict', put('tls')],
  ['a deletion of a built-in schema', 'Conflict', remove('tls')],
  ['a write without the right', 'Forbidden', put('present', { as: 'owner' })],
  ['a write without the right to list Secrets', 'Forbidden', put('present', { as: 'half' })],
  ['a deletion without the right', 'Forbidden', remove('present', { as: 'owner' })],
  [
    'a JSON Schema that is none',
    'Invalid',
    put('present', wrong({ keys: { a: { schema: { $ref: '#' } } } })),
  ],
  ['an unknown kind', 'Invalid', put('present', wrong({ keys: { a: { kind: 'none' } } }))],
  ['no Secrets', 'Invalid', put('present', wrong({ appliesTo: {} }))],
  ['a rule that is no CEL', 'Invalid', put('present', wrong({ rules: [{ rule: 'secret.(' }] }))],
];

describe('REST and GraphQL respond alike, with one event, to', () => {
  beforeAll(() => writeBy(REST, by(), transport, put('present')));

  it.each(writes)('%s: %s', async (_what, code, write) => {
    const [restOutcome, graphqlOutcome] = await writeByAll(by(), transport, write);
    expect(restOutcome?.code).toBe(code);
    expect(restOutcome?.events).toMatchObject([{ action: 'schemas.update' }]);
    expect({ ...graphqlOutcome, data: undefined }).toEqual({ ...restOutcome, data: undefined });
  });
});

describe('what only GraphQL can send is refused with its position', () => {
  it.each([
    ['a key twice', [{ name: 'a' }, { name: 'a' }], '/keys/a'],
    ['a text that is no JSON', [{ name: 'a', schema: '{"canary' }], '/keys/a/schema'],
    ['a member twice', [{ name: 'a', schema: '{"b":1,"b":2}' }], '/keys/a/schema/b'],
  ])('%s', async (_what, keys, pointer) => {
    const input = { name: 'odd', spec: { appliesTo: { label: 'odd' }, mode: 'WARN', keys } };
    const { answer, errors } = await ask(
      'mutation($input: PutSecretSchemaInput!) { putSecretSchema(input: $input) { created } }',
      { input },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'Invalid', errors: [{ pointer }] } }]);
    expect(answer.text).not.toContain('canary');
    expect((await rest('/v1/schemas/odd')).status).toBe(404);
  });
});

describe('a validation over REST and GraphQL', () => {
  const query = `query($name: String!, $stringData: SecretMap, $data: SecretMap) {
    schemaValidation(name: $name, stringData: $stringData, data: $data) {
      valid errors { pointer reason } expiresAt } }`;
  const values = { username: 'app', dsn: 'postgresql://app@db/app', until: '2999-01-01T00:00:00Z' };

  beforeAll(() => writeBy(REST, by(), transport, put('validating')));

  it.each([
    ['values that fit', 'validating', 'admin', { stringData: values }, undefined],
    ['values that break rules', 'validating', 'admin', { stringData: { x: 'canary' } }, undefined],
    ['base64', 'validating', 'admin', { data: { username: 'YXBw' } }, undefined],
    ['a built-in schema', 'jwt', 'admin', { stringData: {} }, undefined],
    ['values in no base64', 'validating', 'admin', { data: { username: '!' } }, 'Invalid'],
    ['a value that is no text', 'validating', 'admin', { stringData: { a: 1 } }, 'Invalid'],
    ['no schema', 'absent', 'admin', { stringData: values }, 'NotFound'],
    ['no name', 'No_Name', 'admin', {}, 'BadRequest'],
    ['a caller without other rights', 'validating', 'owner', { stringData: values }, undefined],
  ] as const)('is alike for %s', async (_what, name, as, body, code) => {
    const outcomes = await Promise.all(
      doors.map(async (door) => {
        const { data, auditId, ...outcome } = await door.call(callers, {
          ...{ name, as, expect: { event: {} } },
          rest: { method: 'POST', path: `/v1/schemas/${name}/validate`, body },
          graphql: { query, variables: { name, ...body }, field: 'schemaValidation' },
        });
        const { detail, errors = [] } = data as { detail?: string; errors?: object[] };
        expect(outcome.text).not.toContain('canary');
        const events = await eventsOf(world.installation, auditId);
        return { code: outcome.code, shown: outcome.ok ? data : { detail, errors }, events };
      }),
    );
    expect(outcomes[0]).toMatchObject({ code, events: [{ action: 'schemas.validate' }] });
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('takes values by variables alone', async () => {
    const { answer } = await ask(
      '{ schemaValidation(name: "jwt", stringData: {a: "x"}) { valid } }',
    );
    expect(answer.status).toBe(400);
  });

  it('takes no more than a body of REST', async () => {
    const stringData = { long: 'x'.repeat(2_200_000) };
    const { errors } = await ask(query, { name: 'validating', stringData });
    expect(errors).toMatchObject([{ extensions: { code: 'TooLarge' } }]);
  });
});
