import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles } from '../cluster/manifests.js';
import { startTestCluster } from '../support/test-target.js';
import type { TestCluster } from '../cluster/test-cluster.js';

const profile = 'deploy/rbac/constrained/by-namespace';
/** Not served, and each of them worth more to a thief than the served one. */
const elsewhere = ['other', 'kube-system', 'sallyport', 'default'];
const value = 'shhhhhh-not-for-thieves';
const encoded = Buffer.from(value).toString('base64');

type Headers = Readonly<Record<string, string>>;

/** Somebody who can read every Secret by himself, and as whom a thief would therefore ask. */
const mighty: readonly (readonly [who: string, headers: Headers])[] = [
  ['a user with all rights', { 'Impersonate-User': 'alice' }],
  ['a user of a group with all rights', { 'Impersonate-User': 'bob', 'Impersonate-Group': 'ops' }],
  ['the controller manager', { 'Impersonate-User': 'system:kube-controller-manager' }],
  ['the scheduler', { 'Impersonate-User': 'system:kube-scheduler' }],
  ['an API server', { 'Impersonate-User': 'system:apiserver' }],
  ['a node', { 'Impersonate-User': 'system:node:n1' }],
  [
    'a node with its group',
    { 'Impersonate-User': 'system:node:n1', 'Impersonate-Group': 'system:nodes' },
  ],
  ['a user among the nodes', { 'Impersonate-User': 'x', 'Impersonate-Group': 'system:nodes' }],
  ['a master', { 'Impersonate-User': 'x', 'Impersonate-Group': 'system:masters' }],
  ['a padded master', { 'Impersonate-User': 'x', 'Impersonate-Group': '  system:masters ' }],
  [
    'a user among the ServiceAccounts of a namespace',
    { 'Impersonate-User': 'x', 'Impersonate-Group': 'system:serviceaccounts:kube-system' },
  ],
  ...[
    'kube-system:namespace-controller',
    'kube-system:generic-garbage-collector',
    'kube-system:default',
    'other:app',
    'other:admin',
    'default:default',
    'pay:app',
    'sallyport:sallyport',
    'sallyport:sallyport-broker',
  ].map(
    (account) =>
      [
        `the ServiceAccount ${account}`,
        { 'Impersonate-User': `system:serviceaccount:${account}` },
      ] as const,
  ),
  ['the anonymous', { 'Impersonate-User': 'system:anonymous' }],
  ['nobody at all', {}],
  ['an empty name, which is nobody', { 'Impersonate-User': '  ' }],
  ['a group without a user', { 'Impersonate-Group': 'system:masters' }],
];

/** Reads that answer with values, or with what could be made into one. */
const reads = (namespace: string): readonly string[] => [
  `/api/v1/namespaces/${namespace}/secrets/db`,
  `/api/v1/namespaces/${namespace}/secrets`,
  `/api/v1/namespaces/${namespace}/secrets?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
];

const everywhere = ['/api/v1/secrets', '/api/v1/secrets?watch=1&timeoutSeconds=1'];

let cluster: TestCluster;
let stolen: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  const kubectl = (command: string) => cluster.kubectl(command.split(' '));
  await applyFiles(cluster, profile);
  for (const namespace of ['pay', ...elsewhere]) {
    if (!(await exists(namespace))) await kubectl(`create namespace ${namespace}`);
    await kubectl(`-n ${namespace} create secret generic db --from-literal=password=${value}`);
  }
  for (const namespace of ['pay', ...elsewhere]) {
    await kubectl(`-n ${namespace} create serviceaccount app`);
  }
  await applyFiles(cluster, `${profile}/served-namespace.yaml`, 'pay');
  const rights = '--verb=* --resource=secrets,pods,configmaps,serviceaccounts';
  await kubectl(`create clusterrole everything ${rights}`);
  // Not the gateway's own namespace: its account would then have them by itself.
  const accounts = ['kube-system', 'other', 'default', 'pay'];
  const groups = [
    'ops',
    'system:nodes',
    ...accounts.map((name) => `system:serviceaccounts:${name}`),
  ]
    .map((group) => `--group=${group}`)
    .join(' ');
  const users = '--user=alice --user=system:node:n1 --user=system:apiserver';
  await kubectl(`create clusterrolebinding everything --clusterrole=everything ${users} ${groups}`);
  stolen = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
});

afterAll(() => cluster?.stop());

async function exists(namespace: string): Promise<boolean> {
  return (await cluster.request('GET', `/api/v1/namespaces/${namespace}`)).status === 200;
}

/** What a thief gets who talks to the API server with the gateway's token. */
async function asThief(path: string, headers: Headers, method = 'GET', body?: object) {
  const answer = await cluster.request(method, path, body, { token: stolen, headers });
  return { status: answer.status, text: JSON.stringify(answer.body) ?? '' };
}

function expectNothing(answer: { status: number; text: string }, what: string): void {
  expect
    .soft([401, 403, 400, 500], `${what}: ${answer.text.slice(0, 300)}`)
    .toContain(answer.status);
  expect.soft(answer.text, what).not.toContain(encoded);
  expect.soft(answer.text, what).not.toContain(value);
}

describe('a stolen token of the gateway, by namespace', () => {
  it('is worth something in the served namespace, or this table would show nothing', async () => {
    const path = '/api/v1/namespaces/pay/secrets/db';
    for (const who of ['alice', 'system:serviceaccount:sallyport:sallyport-broker']) {
      const answer = await asThief(path, { 'Impersonate-User': who });
      expect(answer.status, who).toBe(200);
      expect(answer.text).toContain(encoded);
    }
  });

  it.each(mighty)('reads nothing in other namespaces as %s', async (who, headers) => {
    for (const path of [...elsewhere.flatMap(reads), ...everywhere]) {
      expectNothing(await asThief(path, headers), `${path} as ${who}`);
    }
  });

  it.each(mighty)('writes nothing in other namespaces as %s', async (who, headers) => {
    for (const namespace of elsewhere) {
      const secrets = `/api/v1/namespaces/${namespace}/secrets`;
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'thief' } };
      const what = `${secrets} as ${who}`;
      expectNothing(await asThief(secrets, headers, 'POST', secret), what);
      expectNothing(await asThief(`${secrets}/db?dryRun=All`, headers, 'DELETE'), what);
    }
  });

  it.each(mighty)('gets no token, pod or ConfigMap anywhere as %s', async (who, headers) => {
    const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    for (const namespace of ['pay', ...elsewhere]) {
      const base = `/api/v1/namespaces/${namespace}`;
      const what = `${namespace} as ${who}`;
      const tokens = `${base}/serviceaccounts/app/token`;
      expectNothing(await asThief(tokens, headers, 'POST', token), what);
      expectNothing(await asThief(`${base}/configmaps`, headers), what);
      if (namespace === 'pay' && isOfServed(headers)) continue;
      expectNothing(await asThief(`${base}/pods`, headers), what);
    }
  });

  it('is refused pods as any user, by the API server', async () => {
    const path = '/api/v1/namespaces/pay/pods';
    const alice = await asThief(`${path}/app-0`, { 'Impersonate-User': 'alice' });
    expect(alice).toMatchObject({ status: 403 });
    expect(alice.text).toContain('cannot impersonate-on:user-info:get resource');
    // Who uses a Secret is the broker's business, in the served namespace.
    const broker = 'system:serviceaccount:sallyport:sallyport-broker';
    expect((await asThief(path, { 'Impersonate-User': broker })).status).toBe(200);
  });

  it('reads nothing where a hostile proxy took the impersonation away', async () => {
    for (const path of [...['pay', ...elsewhere].flatMap(reads), ...everywhere]) {
      expectNothing(await asThief(path, {}), `${path} as itself`);
    }
  });
});

/** A ServiceAccount that the gateway may become, and with it what that one may see of pods. */
function isOfServed(headers: Headers): boolean {
  return /:(pay:app|sallyport-broker)$/.test(headers['Impersonate-User'] ?? '');
}
