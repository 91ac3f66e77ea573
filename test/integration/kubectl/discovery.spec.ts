import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBinaries, ensureOlderKubectl } from '../../cluster/binaries.js';
import { startCluster } from '../../cluster/cluster.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { installGateway, serviceAccount, user } from '../kubernetes/support.js';
import { kubectl, type PublishedServer, startPublished } from './published-server.js';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const virtualResources =
  'secretkeys|secretmetadata|secretversions|auditevents|auditlogs|accesstokens';
const virtualNames = new RegExp(`^(${virtualResources})|/(run|revoke|resolve)$`);
const app = 'system:serviceaccount:pay:app';
const rights = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: app, namespace: pay }
rules:
  - { apiGroups: [''], resources: [secrets], verbs: [get, list], resourceNames: [db] }
  - { apiGroups: [''], resources: [secrets], verbs: [watch] }
  - apiGroups: [sallyport.dev]
    resources: [secretkeys]
    resourceNames: [shhhhhh/password]
    verbs: [get]
  - { apiGroups: [sallyport.dev], resources: [secretversions/restore], verbs: [create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: app, namespace: pay }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: app }
subjects: [{ kind: ServiceAccount, name: app, namespace: pay }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: namespace-reader }
rules: [{ apiGroups: [''], resources: [namespaces], verbs: [get, list, watch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: namespace-reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: namespace-reader }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ann }]
`;

let cluster: TestCluster;
let published: PublishedServer;
let home: string;
let kubectls: readonly string[];
let appToken: string;

const scope = { namespaces: ['pay'] };
const token = { id: 't1', owner: 'ann', scope };
const callers = {
  app: serviceAccount('pay', 'app'),
  ann: user('ann', { uid: 'u1', groups: ['dev'], extra: { 'example.org/team': ['pay'] } }),
  narrowed: user('ann', { kind: 'token', token }),
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sallyport-discovery-'));
  // Of its own: API groups that a shared one has lost come and go late.
  cluster = await startCluster();
  kubectls = [(await ensureBinaries()).kubectl, await ensureOlderKubectl()];
  published = await startPublished(await installGateway(cluster), callers);
  await cluster.apply(rights);
  appToken = await cluster.createToken({ namespace: 'pay', serviceAccount: 'app' });
}, 900_000);

afterAll(async () => {
  await published?.close();
  await cluster?.stop();
  if (home) await rm(home, { recursive: true });
});

async function ask(path: string, headers: Readonly<Record<string, string>> = {}, caller = 'app') {
  const answer = await fetch(`${published.urlOf(caller)}${path}`, { headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

async function direct(path: string, headers: Readonly<Record<string, string>> = {}) {
  const accepted = { accept: 'application/json', ...headers };
  return cluster.request('GET', path, undefined, { headers: accepted });
}

async function run(caller: string, args: readonly string[], binary = kubectls[0]!) {
  return kubectl(binary, home, [`--server=${published.urlOf(caller)}`, ...args]);
}

/** A discovery document without what is virtual in it. */
function withoutVirtual(document: unknown): unknown {
  const isOwn = (entry: unknown) => {
    const { name, resource, subresource } = entry as Readonly<Record<string, string | undefined>>;
    return virtualNames.test(name ?? resource ?? `/${subresource}`);
  };
  const text = JSON.stringify(document, (_key, value: unknown) =>
    Array.isArray(value) ? value.filter((entry) => !isOwn(entry)) : value,
  );
  return JSON.parse(text);
}

describe('a cluster with rotations', () => {
  it.each([
    ['/api', 'application/json'],
    ['/api', aggregated],
    ['/api/v1', 'application/json'],
    ['/apis', 'application/json'],
    ['/apis', aggregated],
    ['/apis/apps', 'application/json'],
    ['/apis/apps/v1', 'application/json'],
    ['/apis/sallyport.dev', 'application/json'],
    ['/apis/sallyport.dev/v1alpha1', 'application/json'],
    ['/version', 'application/json'],
  ])('is described by %s as %s as by itself, but for what is virtual', async (path, accept) => {
    const answer = await ask(path, { accept });
    const { body, headers } = await direct(path, { accept });
    expect(withoutVirtual(JSON.parse(answer.text))).toEqual(body);
    expect(answer.headers.get('content-type')).toBe(headers['content-type']);
    expect(answer.headers.get('cache-control')).toBe(headers['cache-control']);
    expect(answer.headers.has('etag')).toBe('etag' in headers);
  });

  it.each(['/api', '/apis'])('does not send %s to whoever has it', async (path) => {
    const etag = (await ask(path, { accept: aggregated })).headers.get('etag')!;
    const again = await ask(path, { accept: aggregated, 'if-none-match': etag });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.get('etag')).toBe(etag);
    const other = await ask(path, { accept: aggregated, 'if-none-match': '"other"' });
    expect(other.status).toBe(200);
  });

  it.each(['/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1'])(
    'passes %s on, whole, compressed or as known',
    async (path) => {
      const plain = await ask(path, { 'accept-encoding': 'identity' });
      const { body } = await direct(path);
      expect(JSON.parse(plain.text)).toEqual(typeof body === 'string' ? JSON.parse(body) : body);
      const answer = await fetch(`${published.urlOf('app')}${path}`, {
        headers: { 'accept-encoding': 'gzip' },
      });
      // fetch has decompressed it.
      expect(await answer.text()).toBe(plain.text);
      const etag = plain.headers.get('etag');
      if (etag === null) return;
      expect((await ask(path, { 'if-none-match': etag })).status).toBe(304);
    },
  );

  it.each(['/healthz', '/metrics', '/logs/', '/', '/.well-known/openid-configuration'])(
    'has nothing else for everybody: %s',
    async (path) => {
      const { status, text } = await ask(path);
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ kind: 'Status', reason: 'Forbidden' });
    },
  );

  it('puts none of this on record', () => {
    expect(published.trail).toEqual([]);
  });
});

describe('kubectl, today and as people still have it', () => {
  it('finds the virtual resources, and nothing of them by `get all`', async () => {
    for (const binary of kubectls) {
      const args = ['api-resources', '--api-group=sallyport.dev', '--no-headers', '-o', 'name'];
      const { output, errors } = await run('app', args, binary);
      expect(errors).toBe('');
      expect(output.trim().split('\n')).toEqual([
        'accesstokens.sallyport.dev',
        'auditevents.sallyport.dev',
        'auditlogs.sallyport.dev',
        'externalstores.sallyport.dev',
        'localsecretschemas.sallyport.dev',
        'secretenvironments.sallyport.dev',
        'secretimports.sallyport.dev',
        'secretkeys.sallyport.dev',
        'secretmetadata.sallyport.dev',
        'secretrotations.sallyport.dev',
        'secretschemas.sallyport.dev',
        'secretshares.sallyport.dev',
        'secretsyncs.sallyport.dev',
        'secretversions.sallyport.dev',
      ]);
      const all = await run('app', ['api-resources', '--categories=all', '-o', 'name'], binary);
      expect(all.output).not.toContain('sallyport.dev');
    }
  });

  it.each([
    [['get', 'secretkeys.sallyport.dev/shhhhhh/password'], 'yes'],
    [['get', 'secretkeys/shhhhhh/password'], 'yes'],
    [['get', 'secretkey/shhhhhh/password'], 'yes'],
    [['get', 'secretkeys.sallyport.dev/shhhhhh/username'], 'no'],
    [['update', 'secretkeys.sallyport.dev/shhhhhh/password'], 'no'],
    [['create', 'secretversions.sallyport.dev', '--subresource=restore'], 'yes'],
    [['create', 'secretversions.sallyport.dev', '--subresource=destroy'], 'no'],
    [['get', 'secrets/db'], 'yes'],
    [['get', 'secrets'], 'no'],
    [['get', '/version'], 'yes'],
    [['get', '/metrics'], 'no'],
  ])('is told whether the caller can %j: %s', async (question, answer) => {
    for (const binary of kubectls) {
      const { output, errors, code } = await run(
        'app',
        ['auth', 'can-i', '-n', 'pay', ...question],
        binary,
      );
      expect(errors).toBe('');
      expect(output.trim().split(' ')[0]).toBe(answer);
      expect(code).toBe(answer === 'yes' ? 0 : 1);
    }
  });

  it('lists what the caller can, and says that this is not all', async () => {
    for (const binary of kubectls) {
      const { output, errors } = await run('app', ['auth', 'can-i', '--list', '-n', 'pay'], binary);
      expect(errors).toContain('only rights that this gateway serves are listed');
      expect(output).toMatch(/^secrets +\[\] +\[\] +\[watch\]$/m);
      expect(output).toMatch(/^secretversions\.sallyport\.dev\/restore +\[\] +\[\] +\[create\]$/m);
      expect(output).toMatch(/^ +\[\/apis\/\*\] +\[\] +\[get\]$/m);
      expect(output).toMatch(/^secretkeys\.sallyport\.dev +\[\] +\[shhhhhh\/password\] +\[get\]$/m);
    }
  });

  it('is told who the caller is, as by the cluster', async () => {
    for (const binary of kubectls) {
      const { output } = await run('ann', ['auth', 'whoami', '-o', 'json'], binary);
      expect(JSON.parse(output)).toEqual({
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { creationTimestamp: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) },
        status: {
          userInfo: {
            username: 'ann',
            uid: 'u1',
            groups: ['dev', 'system:authenticated'],
            extra: { 'example.org/team': ['pay'] },
          },
        },
      });
    }
  });

  it('explains and prints versions as straight at the cluster', async () => {
    for (const args of [
      ['explain', 'secret.data'],
      ['version', '-o', 'json'],
    ]) {
      expect((await run('app', args)).output).toBe(await cluster.kubectl(args));
    }
  });
});

describe('a self-review', () => {
  const path = (resource: string) => `/apis/authorization.k8s.io/v1/${resource}`;
  const post = async (resource: string, body: object) => {
    const answer = await fetch(`${published.urlOf('app')}${path(resource)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return {
      status: answer.status,
      body: (await answer.json()) as Readonly<Record<string, unknown>>,
    };
  };
  const directly = (resource: string, body: object) =>
    cluster.request<Readonly<Record<string, unknown>>>('POST', path(resource), body, {
      token: appToken,
    });

  it.each([
    { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db' },
    { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db', version: 'v1', group: '' },
    { verb: 'get', resource: 'secrets', namespace: 'pay' },
    { verb: 'list', resource: 'secrets' },
    {
      ...{ verb: 'get', group: 'sallyport.dev', resource: 'secretkeys' },
      ...{ namespace: 'pay', name: 'shhhhhh/password' },
    },
  ])('is answered as the cluster answers it: %j', async (resourceAttributes) => {
    const body = { spec: { resourceAttributes } };
    const own = await post('selfsubjectaccessreviews', body);
    const clusters = await directly('selfsubjectaccessreviews', body);
    expect(own.status).toBe(clusters.status);
    // Which fields a client set is of no use in what is not stored.
    expect({ ...clusters.body, metadata: {} }).toEqual(own.body);
  });

  it.each([
    ['selfsubjectaccessreviews', { spec: {} }],
    ['selfsubjectaccessreviews', { kind: 'Other', spec: {} }],
    ['selfsubjectrulesreviews', { spec: {} }],
  ])('is refused as the cluster refuses it: %s %j', async (resource, body) => {
    const own = await post(resource, body);
    const clusters = await directly(resource, body);
    expect(own.status).toBe(clusters.status);
    expect(own.body['reason']).toBe(clusters.body['reason']);
  });

  it('of rules has the form of the cluster', async () => {
    const body = { spec: { namespace: 'pay' } };
    const own = await post('selfsubjectrulesreviews', body);
    const clusters = await directly('selfsubjectrulesreviews', body);
    const { status, ...head } = own.body;
    const { status: clustersStatus, ...clustersHead } = clusters.body;
    expect([own.status, head]).toEqual([clusters.status, clustersHead]);
    expect(Object.keys(status as object)).toEqual([
      ...Object.keys(clustersStatus as object),
      'evaluationError',
    ]);
  });

  it('is on record, with what was asked of the cluster for it', async () => {
    const before = published.trail.length;
    const spec = { resourceAttributes: { verb: 'get', resource: 'secrets', namespace: 'pay' } };
    await post('selfsubjectaccessreviews', { spec });
    expect(published.trail.slice(before)).toMatchObject([
      {
        user: { username: app },
        annotations: {
          'sallyport.dev/action': 'access.review',
          'sallyport.dev/plane': 'self',
          'sallyport.dev/upstream-ids': expect.stringMatching(/\w/),
        },
      },
    ]);
  });
});

describe('namespaces', () => {
  const names = ['get', 'namespaces', '-o', 'name'];

  it('are what the cluster has, for whoever may read them', async () => {
    for (const args of [names, ['get', 'ns', '-o', 'yaml'], ['get', 'ns', 'pay', '-o', 'json']]) {
      expect((await run('ann', args)).output).toBe(await cluster.kubectl(args));
    }
    const rows = async (text: Promise<string>) =>
      (await text).replaceAll(/ +(\d+[dhms])+/g, ' AGE').replaceAll(/ +/g, ' ');
    const table = run('ann', ['get', 'ns', '--show-labels']).then(({ output }) => output);
    expect(await rows(table)).toBe(await rows(cluster.kubectl(['get', 'ns', '--show-labels'])));
  });

  it.each([names, ['get', 'ns', 'pay'], ['get', 'ns', 'nowhere']])(
    'are refused in the words of the cluster to whoever may not: %j',
    async (...args) => {
      const kubeconfig = await cluster.kubeconfigFor({ token: appToken, name: 'app' });
      const straight = await kubectl(kubectls[0]!, home, [`--kubeconfig=${kubeconfig}`, ...args]);
      const { code, errors } = await run('app', args);
      expect({ code, errors }).toEqual({ code: 1, errors: straight.errors });
    },
  );

  it('are those that a token is narrowed to, in every form', async () => {
    expect((await run('narrowed', names)).output).toBe('namespace/pay\n');
    const table = await run('narrowed', ['get', 'ns', '--no-headers', '--chunk-size=1']);
    expect(table.output).toMatch(/^pay +Active +\S+\n$/);
    const other = await run('narrowed', ['get', 'ns', 'other']);
    expect(other.errors).toContain('the scope of the token forbids this');
  });

  it.each([
    ['ann', /"name":"(other|pay)"/g, new Set(['other', 'pay'])],
    ['narrowed', /"name":"(other|pay)"/g, new Set(['pay'])],
  ])('are watched as they change by %s', async (caller, pattern, expected) => {
    const url = `${published.urlOf(caller)}/api/v1/namespaces?watch=true&timeoutSeconds=2`;
    const seen = await (await fetch(url)).text();
    const found = [...seen.matchAll(pattern)].map(([, name]) => name);
    expect(new Set(found)).toEqual(expected);
  });
});
