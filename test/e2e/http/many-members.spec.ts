import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';

const secrets = '/v1/namespaces/pay/secrets';
const facade = '/kubernetes/api/v1/namespaces/pay/secrets';

let installation: TestInstallation;
let base: string;
let owner: string;

beforeAll(async () => {
  installation = await TestInstallation.start({ kubectl: { enabled: true } });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  owner = await installation.user('pay', 'owner', [allOfSecrets]);
});
afterAll(() => installation.stop());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body: string | Buffer;
}

function call(token: string, { method, path, type = 'application/json', body }: Sent) {
  return send(base, { method, path, token, body, headers: { 'content-type': type } });
}

const members = (count: number, of = (index: number) => `"k${index}":""`): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(',');
const many = 300_000;
const operations = (count: number) =>
  `[${members(count, () => '{"op":"remove","path":"/data/a"}')}]`;
const secretOf = (count: number) =>
  `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{${members(count)}}}`;
const merge = 'application/merge-patch+json';

const cases: readonly (readonly [string, Sent])[] = [
  ['POST', { method: 'POST', path: secrets, body: `{"name":"a","data":{${members(many)}}}` }],
  ['PUT', { method: 'PUT', path: `${secrets}/a`, body: `{"data":{${members(many)}}}` }],
  ['PUT of unknown members', { method: 'PUT', path: `${secrets}/a`, body: `{${members(many)}}` }],
  ['PATCH', { method: 'PATCH', path: `${secrets}/a`, type: merge, body: `{${members(many)}}` }],
  [
    'JSON Patch',
    {
      ...{ method: 'PATCH', path: `${secrets}/a`, type: 'application/json-patch+json' },
      body: operations(100_000),
    },
  ],
  [
    'variables of GraphQL',
    { method: 'POST', path: '/graphql', body: `{"query":"{a}","variables":{${members(many)}}}` },
  ],
  ['kubectl create', { method: 'POST', path: facade, body: secretOf(200_000) }],
  [
    'kubectl apply in YAML that is JSON',
    {
      ...{ method: 'PATCH', path: `${facade}/a`, type: 'application/apply-patch+yaml' },
      body: secretOf(200_000),
    },
  ],
  [
    'kubectl delete',
    { method: 'DELETE', path: `${facade}/a`, body: `{"dryRun":[${members(many, () => '""')}]}` },
  ],
];

async function codeOf(answer: Answer): Promise<string> {
  const { code, reason } = answer.json<{ code: string | number; reason?: string }>();
  return reason ?? String(code);
}

describe('a body of many members, from a user without any right', () => {
  it.each(cases)('is refused before it is parsed: %s', async (_what, sent) => {
    // Each of his own, so that no rate is in the way.
    const name = `u${cases.findIndex(([title]) => title === _what)}`;
    const token = await installation.user('pay', name, []);
    const answer = await call(token, sent);
    expect(answer.status).toBe(413);
    expect(answer.text).toContain(`at most ${limits.jsonMembersMax} members`);
    expect(await codeOf(answer)).toMatch(/TooLarge$/);
  });

  it('counts as the work it is: more of them a second are refused for a while', async () => {
    const token = await installation.user('pay', 'busy', []);
    const body = `{"data":{${members(limits.jsonMembersMax - 10)}}}`;
    const sent = { method: 'PUT', path: `${secrets}/a`, body };
    const answers = await Promise.all(Array.from({ length: 40 }, () => call(token, sent)));
    expect(answers.map(({ status }) => status)).toContain(429);
    expect((await call(owner, { ...sent, body: '{"data":{}}' })).status).toBe(201);
  });
});

describe('a body in protobuf', () => {
  it('of many fields is refused in time', async () => {
    const token = await installation.user('pay', 'proto', []);
    const fields = Buffer.alloc(2_000_000);
    for (let at = 0; at < fields.length; at += 2) fields[at] = 0x0a;
    const body = Buffer.concat([Buffer.from('k8s\0', 'latin1'), fields]);
    const type = 'application/vnd.kubernetes.protobuf';
    const startedAtMs = performance.now();
    const answer = await call(token, { method: 'DELETE', path: `${facade}/a`, type, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });
});

describe('a body of many broken rules', () => {
  it('names the first hundred', async () => {
    const body = `{"data":{${members(1_000, (index) => `"a ${index}":""`)}}}`;
    const answer = await call(owner, { method: 'PUT', path: `${secrets}/a`, body });
    expect(answer.status).toBe(422);
    expect(answer.json<{ errors: object[] }>().errors).toHaveLength(limits.errorsReportedMax);
  });
});

describe('a query of GraphQL', () => {
  it('has a bounded length, also of what is no token', async () => {
    const query = `{ viewer { username } }${' '.repeat(limits.graphqlQueryCharactersMax)}`;
    const body = JSON.stringify({ query });
    const answer = await call(owner, { method: 'POST', path: '/graphql', body });
    expect(answer.text).toContain(`more than ${limits.graphqlQueryCharactersMax} characters`);
  });

  it.each([
    ['fields that merge', 'viewer { username } '.repeat(245), 'pairs of fields with the same name'],
    [
      'introspections',
      [0, 1, 2].map((index) => `a${index}: __schema { types { name } } `).join(''),
      'fields of introspection',
    ],
  ])('has few %s', async (_what, fields, problem) => {
    const body = JSON.stringify({ query: `{ ${fields} }` });
    const answer = await call(owner, { method: 'POST', path: '/graphql', body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(problem);
  });
});
