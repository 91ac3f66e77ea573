import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Call, send, sendBytes } from '../../support/raw-http.js';
import { AuditWorld } from './audit-world.js';

const path = '/v1/namespaces/pay/secrets';
const facade = '/kubernetes/api/v1/namespaces/pay/secrets';
const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' } };

let world: AuditWorld;

beforeAll(async () => {
  world = await AuditWorld.start();
  const annotations = { 'sallyport.dev/require-if-match': 'true' };
  const body = { name: 'guarded', stringData: { a: '1' }, annotations };
  await world.call({ method: 'POST', path, body });
});
afterAll(() => world.stop());

/** The one event of an audit id, as REST and GraphQL find it; code and action. */
async function found(auditId: unknown): Promise<unknown> {
  expect(auditId).toMatch(/^[0-9a-f-]{36}$/);
  const { items } = await world.find(`?auditId=${String(auditId)}`);
  const filter = `{ auditId: "${String(auditId)}" }`;
  const query = `{ auditEvents(filter: ${filter}) { nodes { auditId code } } }`;
  const token = world.tokens.auditor;
  const answer = await world.call({ method: 'POST', path: '/graphql', body: { query } }, token);
  expect(answer.json()).toMatchObject({ data: { auditEvents: { nodes: [{ auditId }] } } });
  expect(items).toHaveLength(1);
  return items[0]?.code;
}

const as = (role: 'stranger' | 'nobody', call: Call): Call => ({
  ...call,
  token: role === 'nobody' ? undefined : world.tokens[role],
});

/** Each as a function: tokens are there once the gateway is. */
const restErrors: readonly (readonly [string, number, () => Call])[] = [
  ['BadRequest', 400, () => ({ path: `${path}?limt=1` })],
  ['Invalid', 422, () => ({ method: 'POST', path, body: { name: 'x', data: { 'a b': '' } } })],
  ['Unauthenticated', 401, () => as('nobody', { path })],
  ['Forbidden', 403, () => as('stranger', { path: `${path}/db` })],
  ['NotFound', 404, () => ({ path: `${path}/absent` })],
  ['NotFound', 404, () => ({ path: '/v1/no-such-route' })],
  ['MethodNotAllowed', 405, () => ({ method: 'PATCH', path: '/v1/namespaces' })],
  ['AlreadyExists', 409, () => ({ method: 'POST', path, body: { name: 'db', stringData: {} } })],
  [
    'Conflict',
    412,
    () => ({ method: 'DELETE', path: `${path}/db`, headers: { 'if-match': '"x.1"' } }),
  ],
  ['PreconditionRequired', 428, () => ({ method: 'DELETE', path: `${path}/guarded` })],
  ['TooLarge', 413, () => ({ method: 'POST', path: '/v1/tokens', body: 'x'.repeat(300_000) })],
  ['TooLarge', 431, () => ({ path, headers: { 'x-long': 'x'.repeat(20_000) } })],
  ['Timeout', 504, () => ({ path: `${path}/db?resourceVersion=999999999` })],
  [
    'UnsupportedMediaType',
    415,
    () => ({
      ...{ method: 'PUT', path: `${path}/db/keys/a`, body: 'a=1' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  ],
];

describe('the audit id of an error finds its event', () => {
  it.each(restErrors)('%s (%i) over REST', async (code, status, call) => {
    const wish = { token: world.tokens.app, ...call() };
    const answer = await send(world.base, wish);
    expect([answer.status, answer.json()['code']], answer.text).toEqual([status, code]);
    expect(answer.headers['audit-id']).toBe(answer.json()['auditId']);
    expect(await found(answer.json()['auditId'])).toBe(status);
  });

  it('of what is no valid HTTP', async () => {
    const text = await sendBytes(world.base, 'GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n');
    expect(text).toContain('HTTP/1.1 400');
    expect(await found(/"auditId":"([^"]*)"/.exec(text)?.[1])).toBe(400);
  });

  const secret = (name: string) => `{ secret(namespace: "pay", name: "${name}") { version } }`;
  const graphqlErrors: readonly (readonly [string, number, string, object?])[] = [
    ['BadRequest', 400, '{ secret('],
    ['BadRequest', 400, '{ nothing }'],
    ['BadRequest', 400, 'query($n: Int!) { namespaces(first: $n) { nodes { name } } }', { n: 'x' }],
    ['BadRequest', 400, 'subscription { secretChanges(namespace: "pay") { type } }'],
    ['NotFound', 404, secret('absent')],
    ['Forbidden', 403, '{ secret(namespace: "vault", name: "x") { version } }'],
    [
      'AlreadyExists',
      409,
      'mutation($input: CreateSecretInput!) { createSecret(input: $input) { created } }',
      { input: { namespace: 'pay', name: 'db', stringData: {} } },
    ],
    [
      'Invalid',
      422,
      'mutation($input: CreateSecretInput!) { createSecret(input: $input) { created } }',
      { input: { namespace: 'pay', name: 'x', stringData: { 'a b': '' } } },
    ],
  ];

  it.each(graphqlErrors)('%s (%i) over GraphQL', async (code, status, query, variables = {}) => {
    const body = { query, variables };
    const answer = await world.call({ method: 'POST', path: '/graphql', body });
    const [error] = answer.json<{ errors: { extensions: Record<string, unknown> }[] }>().errors;
    expect(error?.extensions, answer.text).toMatchObject({ code, status });
    expect(await found(error?.extensions['auditId'])).toBe(status);
  });

  it('of a GraphQL request whose body is not taken', async () => {
    const headers = { 'content-type': 'text/plain' };
    const call = { method: 'POST', path: '/graphql', body: '{}', headers };
    const answer = await world.call(call);
    expect(answer.status).toBe(415);
    expect(await found(answer.json()['auditId'])).toBe(415);
  });

  const facadeErrors: readonly (readonly [number, () => Call])[] = [
    [400, () => ({ path: `${facade}?limit=1&limit=2` })],
    [401, () => as('nobody', { path: facade })],
    [403, () => as('stranger', { path: `${facade}/db` })],
    [403, () => ({ path: '/kubernetes/api/v1/namespaces/pay/pods' })],
    [404, () => ({ path: `${facade}/absent` })],
    [409, () => ({ method: 'POST', path: facade, body: manifest })],
    [
      415,
      () => ({
        ...{ method: 'POST', path: facade, body: 'a=1' },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
  ];

  it.each(facadeErrors)('%i by the façade, as the header Audit-ID', async (status, call) => {
    const answer: Answer = await send(world.base, { token: world.tokens.app, ...call() });
    expect([answer.status, answer.json()['kind']], answer.text).toEqual([status, 'Status']);
    expect(await found(answer.headers['audit-id'])).toBe(status);
  });
});
