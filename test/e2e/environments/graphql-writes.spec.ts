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
import { virtual } from '../../support/tokens-world.js';

const namespace = 'env-writes';
const collection = `/v1/namespaces/${namespace}/environments`;
const spec = {
  description: 'Of the shop.',
  imports: ['base'],
  values: {
    HOST: { value: 'db.pay.svc' },
    PASSWORD: { secret: { name: 'db', key: 'password' } },
    TOKEN: { import: { name: 'shared', key: 'token' } },
    DSN: { template: 'postgresql://app:{{ PASSWORD | urlencode }}@{{ HOST }}/app' },
  },
};

const transport: SpecTransport = {
  kind: 'SecretEnvironment',
  collection,
  namespace,
  selection: 'created environment { id etag sources { name } }',
  toGraphql: ({ values, ...rest }: { readonly values?: object }) => ({
    ...rest,
    ...(values && {
      values: Object.entries(values).map(([name, source]) => ({ name, ...(source as object) })),
    }),
  }),
};

let world: SecretsWorld<'owner'>;
let callers: { readonly url: string; readonly tokens: Readonly<Record<string, string>> };

beforeAll(async () => {
  world = await SecretsWorld.start(namespace, ['owner']);
  const { installation, tokens } = world;
  const [url = ''] = await installation.gateway.listen();
  const all = virtual('secretenvironments', 'get', 'create', 'update', 'delete');
  const reads = virtual('secretenvironments', 'get');
  callers = {
    url,
    tokens: {
      ...tokens,
      author: await installation.user(namespace, 'author', [all]),
      reader: await installation.user(namespace, 'reader', [reads]),
    },
  };
});
afterAll(() => world?.stop());

const by = () => ({ callers, installation: world.installation });
const put = (name: string, change: Partial<SpecWrite> = {}): SpecWrite => {
  return { as: 'author', verb: 'put', name, spec, ...change };
};
const remove = (name: string, change: Partial<SpecWrite> = {}): SpecWrite => {
  return { as: 'author', verb: 'delete', name, ...change };
};
const rest = (name: string) =>
  send(callers.url, { path: `${collection}/${name}`, token: callers.tokens['author'] });
const ask = async (query: string, variables: object = {}) => {
  const call = { method: 'POST', path: '/graphql', body: { query, variables } };
  const answer = await send(callers.url, { ...call, token: callers.tokens['author'] });
  return { answer, ...answer.json<{ data: Record<string, { id: string }>; errors?: object[] }>() };
};

describe('an environment over GraphQL', () => {
  it('is stored as REST stores it', async () => {
    const made = await writeBy(GRAPHQL, by(), transport, put('by-graphql'));
    expect(made.data).toMatchObject({
      created: true,
      environment: { sources: ['DSN', 'HOST', 'PASSWORD', 'TOKEN'].map((name) => ({ name })) },
    });
    await writeBy(REST, by(), transport, put('by-rest'));
    const [one, other] = await Promise.all(
      ['by-graphql', 'by-rest'].map(async (name) => {
        // The name also stands before the name of an import that is not there.
        return JSON.parse((await rest(name)).text.replaceAll(name, 'NAME')) as object;
      }),
    );
    expect(one).toEqual(other);
    expect(one).toMatchObject(spec);
  });

  it('is replaced only in the state that was seen, and deleted under its id', async () => {
    const made = await writeBy(GRAPHQL, by(), transport, put('seen', { ifNoneMatch: '*' }));
    const { environment } = made.data as { environment: { etag: string } };
    const next = put('seen', { spec: { values: {} }, ifMatch: environment.etag });
    expect((await writeBy(GRAPHQL, by(), transport, next)).data).toMatchObject({
      created: false,
      environment: { sources: [] },
    });
    const late = remove('seen', { ifMatch: environment.etag });
    expect((await writeBy(GRAPHQL, by(), transport, late)).code).toBe('Conflict');
    const { data } = await ask(`{ environment(namespace: "${namespace}", name: "seen") { id } }`);
    const removed = await writeBy(GRAPHQL, by(), transport, remove('seen'));
    expect({ deletedId: data['environment']?.id }).toEqual(removed.data);
    expect((await rest('seen')).status).toBe(404);
  });

  it('is only checked by a dry run, under another id', async () => {
    const tried = await writeBy(GRAPHQL, by(), transport, put('tried', { dryRun: true }));
    expect(tried.data).toMatchObject({ created: true, environment: { etag: null } });
    expect((await rest('tried')).status).toBe(404);
    const stored = await writeBy(GRAPHQL, by(), transport, put('tried'));
    const idOf = ({ data }: typeof tried) => (data as { environment: { id: string } }).environment;
    expect(idOf(tried).id).not.toBe(idOf(stored).id);
    const kept = remove('tried', { dryRun: true });
    expect((await writeBy(GRAPHQL, by(), transport, kept)).data).toEqual({ deletedId: null });
    expect((await rest('tried')).status).toBe(200);
  });

  it('gives no value in the response to a write', async () => {
    const { answer, errors } = await ask(
      `mutation($input: PutSecretEnvironmentInput!) {
        putSecretEnvironment(input: $input) { environment { values { text } } } }`,
      { input: { namespace, name: 'valued', spec: {} } },
    );
    expect(answer.status).toBe(400);
    expect(errors).toMatchObject([
      { message: 'Cannot query field "values" on type "SecretEnvironmentSummary".' },
    ]);
  });

  it('names each value once', async () => {
    const values = [
      { name: 'A', value: 'x' },
      { name: 'A', value: 'canary' },
    ];
    const { answer, errors } = await ask(
      `mutation($input: PutSecretEnvironmentInput!) {
        putSecretEnvironment(input: $input) { created } }`,
      { input: { namespace, name: 'twice', spec: { values } } },
    );
    const problem = { pointer: '/values/A', reason: 'given twice' };
    expect(errors).toMatchObject([{ extensions: { code: 'Invalid', errors: [problem] } }]);
    expect(answer.text).not.toContain('canary');
  });
});

const wrong = (values: object) => ({ spec: { values } });
const writes: readonly (readonly [string, string | undefined, SpecWrite])[] = [
  ['a new environment', undefined, put('alike', { dryRun: true })],
  ['a deletion', undefined, remove('present', { dryRun: true })],
  ['an environment that is there', 'AlreadyExists', put('present', { ifNoneMatch: '*' })],
  ['another state than the present one', 'Conflict', put('present', { ifMatch: '"a.1"' })],
  ['a deletion of another state', 'Conflict', remove('present', { ifMatch: '"a.1"' })],
  ['a condition without a meaning', 'BadRequest', put('present', { ifNoneMatch: '"a.1"' })],
  ['a deletion of nothing', 'NotFound', remove('absent')],
  ['a name that is none', 'BadRequest', put('No_Name')],
  ['a write without the right', 'Forbidden', put('present', { as: 'reader' })],
  ['a deletion without the right', 'Forbidden', remove('present', { as: 'reader' })],
  ['a write by a caller without any right', 'Forbidden', put('present', { as: 'owner' })],
  ['a template that is none', 'Invalid', put('present', wrong({ A: { template: '{{' } }))],
  ['two sources', 'Invalid', put('present', wrong({ A: { value: 'x', template: 'y' } }))],
  ['a name of no variable', 'Invalid', put('present', wrong({ '1 A': { value: 'x' } }))],
];

describe('REST and GraphQL respond alike, with one event, to', () => {
  beforeAll(() => writeBy(REST, by(), transport, put('present')));

  it.each(writes)('%s: %s', async (_what, code, write) => {
    const [restOutcome, graphqlOutcome] = await writeByAll(by(), transport, write);
    expect(restOutcome?.code).toBe(code);
    expect(restOutcome?.events).toMatchObject([{ action: 'environments.update', namespace }]);
    expect({ ...graphqlOutcome, data: undefined }).toEqual({ ...restOutcome, data: undefined });
  });
});
