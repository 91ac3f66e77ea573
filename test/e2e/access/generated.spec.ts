import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestInstallation, type Rule } from '../../support/gateway.js';
import { OidcIssuer } from '../../support/oidc-issuer.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { seedSecret } from '../../support/seed.js';
import { type Question, boundNamespaces, doors, rightsOf } from './generated-calls.js';
import { type Impersonated, mayUse } from './real-requests.js';

const SEED = 20_261_125;
const rbacGroup = 'rbac.authorization.k8s.io';
/** In the last one the gateway itself has no right: who is allowed there sees a fault, not a no. */
const namespaces = [...boundNamespaces, 'unbound'];
const serviceAccounts = [
  ['ns-one', 'app'],
  ['ns-two', 'bot'],
] as const;
const people = {
  alice: ['devs', 'ops'],
  bob: ['ops'],
  carol: [],
  josé: ['devs', '日本'],
} as const;

interface User extends Impersonated {
  readonly token: string;
}

let issuer: OidcIssuer;
let installation: TestInstallation;
let base: string;
let users: readonly User[];

beforeAll(async () => {
  issuer = await OidcIssuer.start({});
  const mapping = {
    username: { claim: 'username', prefix: 'oidc:' },
    groups: { claim: 'groups', prefix: 'oidc:' },
  };
  const trusted = { url: issuer.url, audiences: [issuer.audience] };
  const jwt = [{ issuer: trusted, claimMappings: mapping }];
  installation = await TestInstallation.start({ auth: { jwt } });
  [base = ''] = await installation.gateway.listen();
  for (const namespace of boundNamespaces) await installation.serve(namespace);
  const unbound = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'unbound' } };
  await installation.cluster.request('POST', '/api/v1/namespaces', unbound);
  for (const namespace of namespaces) {
    await seedSecret(installation, namespace, 'alpha', { k1: 'value-one', k2: 'value-two' });
    await seedSecret(installation, namespace, 'beta', { k1: 'value-three' });
  }
  users = [...(await oidcUsers()), ...(await serviceAccountUsers())];
  await bindGeneratedRules();
});

afterAll(async () => {
  await installation.stop();
  await issuer.pause();
});

function oidcUsers(): Promise<readonly User[]> {
  return Promise.all(
    Object.entries(people).map(async ([username, groups]) => ({
      name: `oidc:${username}`,
      groups: groups.map((group) => `oidc:${group}`),
      token: await issuer.mint({ claims: { username, groups } }),
    })),
  );
}

function serviceAccountUsers(): Promise<readonly User[]> {
  return Promise.all(
    serviceAccounts.map(async ([namespace, name]) => ({
      name: `system:serviceaccount:${namespace}:${name}`,
      groups: [],
      token: await installation.user(namespace, name, []),
    })),
  );
}

const ruleOf = fc.record(
  {
    apiGroups: fc.constantFrom([''], ['sallyport.dev'], ['', 'sallyport.dev'], ['*'], ['apps']),
    resources: fc.subarray(['secrets', 'secretmetadata', 'secretkeys', 'configmaps', '*/scale'], {
      minLength: 1,
    }),
    verbs: fc.subarray(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'], {
      minLength: 1,
      maxLength: 4,
    }),
    resourceNames: fc.subarray(['alpha', 'beta', 'gone', 'alpha/k1', 'beta/k1', 'alpha/*'], {
      minLength: 1,
      maxLength: 3,
    }),
  },
  { requiredKeys: ['apiGroups', 'resources', 'verbs'] },
);

/** Some rules for each namespace and a few for the whole cluster, bound to users and groups. */
async function bindGeneratedRules(): Promise<void> {
  const names = [...users.map(({ name }) => name)];
  const groups = ['oidc:devs', 'oidc:ops', 'oidc:日本', 'system:serviceaccounts:ns-two'];
  const subjectOf = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...names).map((name) => ({ kind: 'User', name })) },
    { weight: 1, arbitrary: fc.constantFrom(...groups).map((name) => ({ kind: 'Group', name })) },
  );
  const bindingOf = fc.record({
    rules: fc.array(ruleOf, { minLength: 1, maxLength: 2 }),
    subject: subjectOf,
    namespace: fc.constantFrom(...namespaces, ...namespaces, undefined),
  });
  const bindings = fc.sample(bindingOf, { seed: SEED, numRuns: 40 });
  for (const [index, binding] of bindings.entries()) await bind(`generated-${index}`, binding);
}

async function bind(
  name: string,
  binding: { rules: readonly Rule[]; subject: object; namespace: string | undefined },
): Promise<void> {
  const { rules, subject, namespace } = binding;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
  const url = `/apis/${rbacGroup}/v1/${place}`;
  const common = { apiVersion: `${rbacGroup}/v1`, metadata: { name } };
  const role = { ...common, kind, rules };
  const bound = {
    ...common,
    kind: `${kind}Binding`,
    roleRef: { apiGroup: rbacGroup, kind, name },
    subjects: [{ apiGroup: rbacGroup, ...subject }],
  };
  const lower = kind.toLowerCase();
  const { cluster } = installation;
  const made = await cluster.request('POST', `${url}${lower}s`, role);
  const done = await cluster.request('POST', `${url}${lower}bindings`, bound);
  expect([made.status, done.status]).toEqual([201, 201]);
}

/** The API server's own word: what it lets the user do, asked as the user. */
async function isAllowed(user: User, question: Question): Promise<boolean> {
  const answers = await Promise.all(
    rightsOf(question).map((right) => mayUse(installation.cluster, user, right)),
  );
  return answers.includes(true);
}

async function reviewedByGateway(user: User, question: Question): Promise<boolean> {
  const items = rightsOf(question).map((right) => ({ ...right, name: right.name || '*' }));
  const call = { method: 'POST', path: '/v1/access-reviews', token: user.token, body: { items } };
  const answer = await send(base, call);
  expect(answer.status, answer.text).toBe(200);
  const { items: answers } = answer.json<{ items: readonly { allowed: boolean }[] }>();
  return answers.some(({ allowed }) => allowed);
}

const count = scaled(500, 40);

it(`answers ${count} generated questions over every door as the API server does`, async () => {
  const questionOf = fc.record({
    user: fc.constantFrom(...users),
    verb: fc.constantFrom(
      ...(['get', 'list', 'create', 'update', 'patch', 'delete'] as const),
      ...(['metadata', 'read key', 'write key', 'delete key'] as const),
    ),
    namespace: fc.constantFrom(...namespaces, 'nowhere'),
    name: fc.constantFrom('alpha', 'beta', 'gone'),
    key: fc.constantFrom('k1', 'k2'),
  });
  const differences: object[] = [];
  let allowedCount = 0;
  for (const { user, ...question } of fc.sample(questionOf, { seed: SEED, numRuns: count })) {
    const expected = await isAllowed(user, question);
    if (expected) allowedCount += 1;
    const asked = { user: user.name, ...question, expected };
    if ((await reviewedByGateway(user, question)) !== expected) {
      differences.push({ ...asked, door: 'access-reviews' });
    }
    for (const door of doors(question)) {
      const { code, text } = await door.call(base, user.token, question);
      if ((code !== 'Forbidden') !== expected)
        differences.push({ ...asked, door: door.name, code, text });
    }
  }
  expect(differences).toEqual([]);
  // The rules are such that both answers come up.
  expect(allowedCount).toBeGreaterThan(count / 10);
  expect(allowedCount).toBeLessThan((count * 9) / 10);
}, 600_000);
