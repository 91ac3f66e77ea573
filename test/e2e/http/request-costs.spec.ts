import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';

const burst = 120;
const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
const question = { verb: 'get', resource: 'secrets', namespace: 'pay', name: 's0' };
const restores = {
  apiGroups: ['sallyport.dev'],
  resources: ['secretversions/restore'],
  verbs: ['create'],
};
const apiVersion = 'authorization.k8s.io/v1';

let installation: TestInstallation;
let base: string;
let users = 0;
/** When all of them had another value. */
const before = { at: '' };

beforeAll(async () => {
  installation = await TestInstallation.start({
    limits: { requestsPerSecond: 1, burst },
    kubectl: { impersonation: 'allow' },
  });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await installation.serve('shop');
  await writeAll('hunter2');
  await recorded();
  before.at = new Date().toISOString();
  await writeAll('hunter3');
});

afterAll(() => installation.stop());

async function writeAll(password: string): Promise<void> {
  const token = await newcomer();
  for (const name of names) {
    const path = `/v1/namespaces/pay/secrets/${name}`;
    const answer = await send(base, {
      method: 'PUT',
      path,
      token,
      body: { stringData: { password } },
    });
    expect(answer.status, answer.text).toBeLessThan(300);
  }
}

/** Resolves once each Secret has a version: a namespace is not followed at once. */
async function recorded(): Promise<void> {
  const token = await newcomer();
  const versions = async () => {
    const answer = await send(base, { path: '/v1/namespaces/pay/secrets', token });
    return answer.json<{ items: { version: number | null }[] }>().items.map((it) => it.version);
  };
  const all = names.map(() => 1);
  await vi.waitFor(async () => expect(await versions()).toEqual(all), {
    ...{ timeout: 15_000, interval: 500 },
  });
}

/** Nobody has used its limit yet. */
function newcomer(): Promise<string> {
  return installation.user('pay', `user-${(users += 1)}`, [allOfSecrets, restores]);
}

function graphql(query: string, variables: object = {}): Call {
  return { method: 'POST', path: '/graphql', body: { query, variables } };
}

function facade(kind: string, spec: object, headers: Call['headers'] = {}): Call {
  const path = `/kubernetes/apis/${apiVersion}/${kind.toLowerCase()}s`;
  const contentType = { 'content-type': 'application/json' };
  const body = { apiVersion, kind, spec };
  return { method: 'POST', path, headers: { ...contentType, ...headers }, body };
}

async function remaining(token: string): Promise<number> {
  const answer = await send(base, { path: '/v1/namespaces/pay/secrets/s0/metadata', token });
  return Number(/;r=(\d+);/.exec(String(answer.headers['ratelimit']))?.[1]);
}

const manyQuestions = Array.from({ length: 30 }, () => question);
const can = 'query ($r: [AccessRequest!]!) { can(requests: $r) { allowed } }';
const byName = 'query ($n: [String!]!) { secretsByName(namespace: "pay", names: $n) { name } }';
const aliases = names
  .map((name) => `${name}: secret(namespace: "pay", name: "${name}") { name }`)
  .join(' ');

const costs: readonly (readonly [string, number, Call])[] = [
  ['30 questions over REST', 30, post('/v1/access-reviews', { items: manyQuestions })],
  ['30 questions over GraphQL', 30, graphql(can, { r: manyQuestions })],
  [
    'one question of kubectl',
    1,
    facade('SelfSubjectAccessReview', { resourceAttributes: question }),
  ],
  [
    'ten values',
    10,
    { path: `/v1/namespaces/pay/values?${names.map((n) => `secret=${n}`).join('&')}` },
  ],
  ['ten names over GraphQL', 10, graphql(byName, { n: names })],
  ['ten fields over GraphQL', 10, graphql(`{ ${aliases} }`)],
  ['an introspection', 51, graphql('{ __schema { queryType { name } } }')],
  // Too long to be known.
  ['a text of 17,920 characters', 71, graphql(`{ __typename }`.padEnd(17_920))],
  ['a restore of ten Secrets', 10, post('/v1/namespaces/pay/restore?dryRun=All', before)],
];

function post(path: string, body: object): Call {
  return { method: 'POST', path, body };
}

/** What was taken of the limit since it was full: one comes back each second. */
async function expectSpent(token: string, cost: number, since: number): Promise<void> {
  const left = await remaining(token);
  const seconds = Math.ceil((performance.now() - since) / 1_000);
  // The question itself counts as well.
  expect(left).toBeGreaterThanOrEqual(burst - cost - 1);
  expect(left).toBeLessThanOrEqual(burst - cost - 1 + seconds);
}

describe('what a request is worth against the limit of its credential', () => {
  it.each(costs)('%s: %i', async (_title, cost, call) => {
    // What is new to the gateway counts for more.
    await send(base, { ...call, token: await newcomer() });
    const token = await newcomer();
    const since = performance.now();
    const answer = await send(base, { ...call, token });
    expect(answer.status, answer.text).toBeLessThan(300);
    await expectSpent(token, cost, since);
  });

  it('the rules of kubectl: one for each question that they take', async () => {
    const token = await newcomer();
    await send(base, { ...facade('SelfSubjectRulesReview', { namespace: 'pay' }), token });
    expect(await remaining(token)).toBeLessThan(burst - 10);
  });

  it('kubectl --as: one for each name and group', async () => {
    const token = await newcomer();
    const groups = ['a', 'b', 'c', 'd', 'e'];
    const since = performance.now();
    const headers = { 'impersonate-user': 'bob', 'impersonate-group': groups };
    const spec = { resourceAttributes: question };
    const answer = await send(base, { ...facade('SelfSubjectAccessReview', spec, headers), token });
    expect(answer.status).toBe(403);
    await expectSpent(token, 1 + groups.length, since);
  });

  it('a list over all namespaces: one for each that is listed, and no page is lost', async () => {
    const token = await newcomer();
    const since = performance.now();
    const answer = await send(base, { path: '/v1/secrets', token });
    expect(answer.json<{ items: object[] }>().items).toHaveLength(names.length);
    await expectSpent(token, 1, since);
  });
});

describe('beyond the limit', () => {
  it.each(costs.filter(([, cost]) => cost > 1))('%s (%i) is 429', async (_title, cost, call) => {
    const token = await newcomer();
    const answers: Answer[] = [];
    const isRefused = (): boolean => answers.at(-1)?.text.includes('TooManyRequests') === true;
    const turns = Math.ceil(burst / cost) + 10;
    while (answers.length < turns && !isRefused()) {
      answers.push(await send(base, { ...call, token }));
    }
    expect(isRefused()).toBe(true);
  });
});
