import { readFileSync } from 'node:fs';
import {
  type IntrospectionQuery,
  buildClientSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const NEWER = 'application/graphql-response+json';
const OLDER = 'application/json';
const VALUE = 'canary-in-a-literal';

interface Sent {
  readonly accept?: string;
  readonly variables?: object;
}

interface GraphqlBody {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly status: number };
  }[];
}

let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(() => installation.stop());

/** POSTs a body as it is. */
function post(body: object | string, accept: string = NEWER): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept };
  return send(base, { method: 'POST', path: '/graphql', token, body, headers });
}

const ask = (query: string, { accept, variables = {} }: Sent = {}) =>
  post({ query, variables }, accept);

function expectRefused(answer: Answer, message: string): void {
  expect(answer.status, answer.text).toBe(400);
  const { data, errors = [] } = answer.json() as GraphqlBody;
  expect(data).toBeUndefined();
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ message, extensions: { code: 'BadRequest', status: 400 } });
}

function expectExecuted(answer: Answer): void {
  expect(answer.status, answer.text).toBe(200);
  const { data, errors } = answer.json() as GraphqlBody;
  expect(errors).toBeUndefined();
  expect(data).toEqual(expect.any(Object));
}

const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const aliases = (count: number) => `{ ${repeated(count, (index) => `a${index}: __typename`)} }`;
const sameNames = (count: number) => `{ ${repeated(count, () => '__typename')} }`;

/** Introspection of so many levels, with a field beside it that makes it an ordinary query. */
function nested(depth: number, beside = 'viewer { username }'): string {
  // The operation, __schema, types, fields and type are the first five.
  const more = depth - 5;
  const types = `${'ofType { '.repeat(more)}name${' }'.repeat(more)}`;
  return `{ ${beside} __schema { types { fields { type { ${types} } } } } }`;
}

/** Exactly so many tokens: three of each inline fragment, which is no level. */
function ofTokens(count: number): string {
  const head = ['', 'query ', 'query Named '][count % 3] ?? '';
  const fragments = Math.floor(count / 3) - 1;
  return `${head}{ ${'... { '.repeat(fragments)}__typename${' }'.repeat(fragments)} }`;
}

describe('a document of GraphQL over HTTP', () => {
  const { graphqlDepthMax, graphqlIntrospectionDepthMax, graphqlAliasesMax } = limits;
  const { graphqlTokensMax, graphqlIntrospectionsMax, graphqlMergedPairsMax } = limits;
  /** The most fields of one name whose pairs are not too many. */
  const names = Math.floor((1 + Math.sqrt(1 + 8 * graphqlMergedPairsMax)) / 2);
  const schemas = (count: number) =>
    `{ ${repeated(count, (index) => `s${index}: __schema { queryType { name } }`)} }`;

  it.each([
    ['levels', graphqlDepthMax, nested, `nested deeper than ${graphqlDepthMax} levels`],
    [
      'levels of introspection alone',
      graphqlIntrospectionDepthMax,
      (depth: number) => nested(depth, ''),
      `nested deeper than ${graphqlIntrospectionDepthMax} levels`,
    ],
    ['aliases', graphqlAliasesMax, aliases, `more than ${graphqlAliasesMax} aliases`],
    ['tokens', graphqlTokensMax, ofTokens, `more than ${graphqlTokensMax} tokens`],
    [
      'fields of introspection',
      graphqlIntrospectionsMax,
      schemas,
      `more than ${graphqlIntrospectionsMax} fields of introspection (__schema, __type)`,
    ],
    [
      'fields of one name',
      names,
      sameNames,
      `more than ${graphqlMergedPairsMax} pairs of fields with the same name`,
    ],
  ] as const)('may have so many %s: %i, and not one more', async (_, max, make, message) => {
    expectExecuted(await ask(make(max, undefined)));
    expectRefused(await ask(make(max + 1, undefined)), message);
  });

  it('has one operation', async () => {
    const two = { query: 'query A { __typename } query B { __typename }', operationName: 'A' };
    expectRefused(await post(two), 'one operation a document');
  });

  it('has the operation that the request names', async () => {
    const answer = await post({ query: 'query A { __typename }', operationName: 'B' });
    expectRefused(answer, 'Unknown operation');
    expect(answer.text).toContain('auditId');
  });

  it.each(['idempotency-key', 'if-match'])('comes without the header %s', async (name) => {
    const body = { query: '{ __typename }' };
    const headers = { 'content-type': 'application/json', [name]: '"x"' };
    const answer = await send(base, { method: 'POST', path: '/graphql', token, body, headers });
    expect(answer.status).toBe(400);
    expect(answer.json()['detail']).toMatch(new RegExp(`^${name} has no effect in GraphQL`));
  });

  it('comes alone: of a batch nothing is executed', async () => {
    const message = 'the body must be an object of query, variables and operationName';
    const query = `mutation ($input: CreateSecretInput!) {
      createSecret(input: $input) { dryRun } }`;
    const create = (name: string) => {
      return { query, variables: { input: { namespace: 'pay', name, stringData: { a: 'one' } } } };
    };
    expectRefused(await post([]), message);
    expectRefused(await post([create('batched')]), message);
    expectRefused(await post([create('batched'), create('batched-too')]), message);
    expect(await namesOfSecrets()).toEqual([]);
    expectExecuted(await post(create('alone')));
    expect(await namesOfSecrets()).toEqual(['alone']);
  });
});

async function namesOfSecrets(): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/pay/secrets';
  const { body } = await installation.cluster.request<{
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  }>('GET', path);
  return body.items.map(({ metadata }) => metadata.name);
}

describe('values in the text of a document', () => {
  const input = (values: string) => `{ namespace: "pay", name: "literal", ${values} }`;
  const create = (values: string, variables = '') =>
    `mutation ${variables} { createSecret(input: ${input(values)}) { dryRun } }`;
  const whole = { password: VALUE };

  it.each([
    ['a literal', create(`stringData: { password: "${VALUE}" }`), {}],
    ['a literal of data', create(`data: { password: "${VALUE}" }`), {}],
    ['a text', create(`stringData: "${VALUE}"`), {}],
    ['an empty literal', create('stringData: {}'), {}],
    [
      'a literal with a variable in it',
      create('stringData: { password: $value }', '($value: String!)'),
      { value: VALUE },
    ],
    [
      'a default of a variable',
      create('stringData: $values', `($values: SecretMap = { password: "${VALUE}" })`),
      {},
    ],
  ])('are refused, and said nowhere: %s', async (_, query, variables) => {
    const answer = await ask(query, { variables });
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain('SecretMap');
    expect(answer.text).not.toContain(VALUE);
    expect(await namesOfSecrets()).not.toContain('literal');
    const { items } = await partOf(installation.gateway, AuditService).list({});
    expect(JSON.stringify(items)).not.toContain(VALUE);
    expect(installation.log.filter((line) => line.includes(VALUE))).toEqual([]);
  });

  it('come in a variable', async () => {
    const query = create('stringData: $values', '($values: SecretMap)');
    expectExecuted(await ask(query, { variables: { values: whole } }));
    expect(await namesOfSecrets()).toContain('literal');
  });
});

describe('the status', () => {
  const denied = '{ secret(namespace: "nowhere", name: "db") { type } }';
  const named = 'query ($name: String!) { secret(namespace: "pay", name: $name) { type } }';
  /** Of a request, and the body that it has; the status of the newer media type. */
  const cases: readonly (readonly [string, object | string, number])[] = [
    ['what is executed', { query: '{ __typename }' }, 200],
    ['a field that is refused', { query: denied }, 200],
    ['a syntax error', { query: '{' }, 400],
    ['an unknown field', { query: '{ nope }' }, 400],
    ['a document beyond a limit', { query: aliases(limits.graphqlAliasesMax + 1) }, 400],
    ['a variable of another type', { query: named, variables: { name: 7 } }, 400],
    ['a variable that is missing', { query: named }, 400],
  ];
  const malformed: readonly (readonly [string, object | string])[] = [
    ['no JSON', '{"query'],
    ['an object without a query', {}],
    ['a batch', [{ query: '{ __typename }' }]],
  ];
  const older = [OLDER, `${OLDER}; charset=utf-8`, `text/html, ${OLDER};q=0.5`];
  const any = ['*/*', '*/*;q=0.8'];
  const newer = [NEWER, `${OLDER}, ${NEWER}`, `${OLDER}, */*;q=0.1`, 'text/html'];

  it.each(cases)(
    'tells by the newer media type and by any, and is 200 by JSON: %s',
    async (_, body, status) => {
      for (const accept of [...newer, ...any]) {
        const answer = await post(body, accept);
        const mediaType = any.includes(accept) ? OLDER : NEWER;
        expect.soft(answer.status, accept).toBe(status);
        expect.soft(answer.headers['content-type'], accept).toBe(`${mediaType}; charset=utf-8`);
      }
      for (const accept of older) {
        const answer = await post(body, accept);
        expect.soft(answer.status, accept).toBe(200);
        expect.soft(answer.headers['content-type'], accept).toBe(`${OLDER}; charset=utf-8`);
        const { data, errors = [] } = answer.json() as GraphqlBody;
        if (status === 200) expect.soft(data, accept).toBeDefined();
        else
          expect.soft(errors[0]?.extensions, accept).toMatchObject({ status, code: 'BadRequest' });
      }
    },
  );

  it.each(malformed)('is 400 by either media type for a body that is %s', async (_, body) => {
    for (const accept of [OLDER, NEWER]) {
      const answer = await post(body, accept);
      expect(answer.status, accept).toBe(400);
      expect(answer.headers['content-type']).toBe(`${accept}; charset=utf-8`);
      const { data, errors = [] } = answer.json() as GraphqlBody;
      expect(data).toBeUndefined();
      expect(errors[0]?.extensions).toMatchObject({ status: 400, code: 'BadRequest' });
    }
  });

  it('is 415 for another media type of the body, in both', async () => {
    for (const accept of [OLDER, NEWER]) {
      const headers = { 'content-type': 'application/graphql', accept };
      const call = { method: 'POST', path: '/graphql', token, body: '{ __typename }', headers };
      const answer = await send(base, call);
      expect([answer.status, answer.json()['code']]).toEqual([415, 'UnsupportedMediaType']);
    }
  });
});

describe('introspection', () => {
  it('tells the schema that is committed, and no other', async () => {
    const answer = await ask(getIntrospectionQuery({ oneOf: true, specifiedByUrl: true }));
    expectExecuted(answer);
    const { data } = answer.json<{ readonly data: IntrospectionQuery }>();
    const shown = `${printSchema(lexicographicSortSchema(buildClientSchema(data)))}\n`;
    expect(shown).toBe(readFileSync('docs/api/schema.graphql', 'utf8'));
  });

  it('is refused where it is off, at any place, and __typename is not', async () => {
    const closed = await TestInstallation.start({ graphql: { introspection: false } });
    try {
      const [url = ''] = await closed.gateway.listen();
      await closed.serve('pay');
      const other = await closed.user('pay', 'app', []);
      const call = (query: string) =>
        send(url, {
          ...{ method: 'POST', path: '/graphql', token: other, body: { query } },
          headers: { accept: NEWER },
        });
      for (const query of [
        getIntrospectionQuery(),
        '{ __type(name: "Query") { name } }',
        '{ viewer { username } __schema { queryType { name } } }',
        'query { ...Hidden } fragment Hidden on Query { __schema { queryType { name } } }',
        '{ ... { __schema { queryType { name } } } }',
      ]) {
        const answer = await call(query);
        expect(answer.status, query).toBe(400);
        const { data, errors = [] } = answer.json() as GraphqlBody;
        expect(data).toBeUndefined();
        expect(errors[0]?.message).toContain('GraphQL introspection has been disabled');
      }
      expectExecuted(await call('{ __typename viewer { __typename username } }'));
    } finally {
      await closed.stop();
    }
  });
});
