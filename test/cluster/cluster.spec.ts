import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { aggregateClusterRoles } from './cluster-roles.js';
import { startCluster, type Cluster } from './cluster.js';
import { runKubectl } from './kubectl.js';
import { processesMentioning } from './processes.js';

// The first run on a machine builds Kubernetes.
const buildTimeoutMs = 30 * 60_000;
const startTimeoutMs = 120_000;

const workload = `
apiVersion: v1
kind: Namespace
metadata: { name: pay }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: app, namespace: pay }
---
apiVersion: v1
kind: Pod
metadata: { name: app-0, namespace: pay }
spec:
  serviceAccountName: app
  containers: [{ name: app, image: example.org/app }]
`;

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
  await cluster.apply(workload);
}, buildTimeoutMs);

afterAll(async () => {
  await cluster?.stop();
});

interface TokenReview {
  readonly status: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: {
      readonly username: string;
      readonly extra: Readonly<Record<string, readonly string[]>>;
    };
  };
}

interface ClusterRole {
  readonly rules: readonly { readonly apiGroups: readonly string[] }[];
}

async function reviewOf(token: string): Promise<TokenReview['status']> {
  const path = '/apis/authentication.k8s.io/v1/tokenreviews';
  const spec = { token, audiences: ['sallyport'] };
  const { body } = await cluster.request<TokenReview>('POST', path, { spec });
  return body.status;
}

async function clusterRole(name: string): Promise<ClusterRole> {
  const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}`;
  return (await cluster.request<ClusterRole>('GET', path)).body;
}

describe('a test cluster', () => {
  it('is Kubernetes v1.37.2, server and kubectl', async () => {
    const { body } = await cluster.request('GET', '/version');
    expect(body).toMatchObject({ major: '1', minor: '37', gitVersion: 'v1.37.2' });
    expect(await cluster.kubectl(['version'])).toContain('Client Version: v1.37.2');
  });

  it('refuses with 403 a token whose owner has no rights', async () => {
    const token = await cluster.createToken({ namespace: 'pay', serviceAccount: 'app' });
    const path = '/api/v1/namespaces/pay/secrets';
    const answer = await cluster.request('GET', path, undefined, { token });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ reason: 'Forbidden' });
  });

  it('knows a client certificate of its authority by its common name', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const { body } = await cluster.request('POST', path, {});
    expect(body).toMatchObject({ status: { userInfo: { username: 'kubernetes-admin' } } });
  });

  it('makes kubeconfigs that act as the bearer of a token', async () => {
    const token = await cluster.createToken({ namespace: 'pay', serviceAccount: 'app' });
    const kubeconfigFile = await cluster.kubeconfigFor({ token, name: 'app' });
    const run = { binary: cluster.kubectlPath, kubeconfigFile, homeDir: cluster.dir };
    const user = await runKubectl(['auth', 'whoami', '--output=jsonpath={..username}'], run);
    expect(user).toBe('system:serviceaccount:pay:app');
  });
});

describe('a token with audience sallyport', () => {
  const settings = { namespace: 'pay', serviceAccount: 'app', audiences: ['sallyport'] };

  it('is no credential at the API server', async () => {
    const token = await cluster.createToken(settings);
    const { status } = await cluster.request('GET', '/api', undefined, { token });
    expect(status).toBe(401);
  });

  it('passes a TokenReview with that audience, unlike a token of another audience', async () => {
    expect(await reviewOf(await cluster.createToken(settings))).toMatchObject({
      authenticated: true,
      audiences: ['sallyport'],
      user: { username: 'system:serviceaccount:pay:app' },
    });
    const other = await cluster.createToken({ ...settings, audiences: ['elsewhere'] });
    expect((await reviewOf(other)).authenticated).toBeUndefined();
  });

  it('names the pod that it is bound to', async () => {
    const review = await reviewOf(await cluster.createToken({ ...settings, boundPod: 'app-0' }));
    expect(review.user?.extra['authentication.kubernetes.io/pod-name']).toEqual(['app-0']);
  });

  it('cannot be had for a ServiceAccount that does not exist', async () => {
    const missing = { ...settings, serviceAccount: 'missing' };
    await expect(cluster.createToken(missing)).rejects.toThrow(
      'answered 404: serviceaccounts "missing" not found',
    );
  });
});

describe('aggregated ClusterRoles', () => {
  it.each(['view', 'edit', 'admin'])('%s has rules from the start', async (name) => {
    expect((await clusterRole(name)).rules.length).toBeGreaterThan(5);
  });

  const labelled = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'x', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [{ apiGroups: ['applied.example.org'], resources: ['*'], verbs: ['get'] }],
  };
  const groupsOf = async (name: string): Promise<readonly string[]> =>
    (await clusterRole(name)).rules.flatMap((rule) => rule.apiGroups);

  it('take in a ClusterRole that was applied, also through one another', async () => {
    await cluster.apply(JSON.stringify(labelled));
    for (const name of ['view', 'edit', 'admin']) {
      expect(await groupsOf(name)).toContain('applied.example.org');
    }
  });

  it('lose the rules of a ClusterRole that was deleted, once aggregated again', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    const gone = { apiGroups: ['gone.example.org'], resources: ['*'], verbs: ['get'] };
    const metadata = { ...labelled.metadata, name: 'y' };
    await cluster.request('POST', path, { ...labelled, metadata, rules: [gone] });
    await aggregateClusterRoles(cluster);
    expect(await groupsOf('admin')).toContain('gone.example.org');

    await cluster.request('DELETE', `${path}/y`);
    await aggregateClusterRoles(cluster);
    expect(await groupsOf('admin')).not.toContain('gone.example.org');
  });
});

describe('faults of the API server', () => {
  it('answers nothing while paused, and answers what was asked once resumed', async () => {
    cluster.pause();
    const answer = cluster.request('GET', '/version');
    expect(await Promise.race([answer, sleep(500, 'silence')])).toBe('silence');
    cluster.resume();
    expect((await answer).status).toBe(200);
  });

  it(
    'refuses connections while stopped, and comes back at its address with its data',
    async () => {
      await cluster.stopApiServer();
      const path = '/api/v1/namespaces/pay';
      await expect(cluster.request('GET', path)).rejects.toThrow('ECONNREFUSED');
      await cluster.startApiServer();
      expect((await cluster.request('GET', path)).status).toBe(200);
    },
    startTimeoutMs,
  );
});

describe('starting and stopping', () => {
  it(
    'leaves no process and no folder after stop(), also of a paused API server',
    async () => {
      const other = await startCluster();
      expect(await processesMentioning(other.dir)).toHaveLength(3);
      other.pause();
      await other.stop();
      await other.stop();
      expect(await processesMentioning(other.dir)).toEqual([]);
      expect(existsSync(other.dir)).toBe(false);
      expect((await cluster.request('GET', '/readyz')).body).toBe('ok');
    },
    startTimeoutMs,
  );

  it(
    'passes arguments and authorization modes on to the API server',
    async () => {
      await using other = await startCluster({
        authorizationModes: 'AlwaysAllow',
        apiServerArguments: ['--anonymous-auth=false'],
      });
      const [apiServer] = (await processesMentioning(other.dir)).filter((line) =>
        line.includes('--secure-port'),
      );
      expect(apiServer).toContain('--authorization-mode=AlwaysAllow');
      expect(apiServer).toMatch(/--anonymous-auth=false$/);
    },
    startTimeoutMs,
  );

  it(
    'tells the end of the log when the API server does not start, and leaves nothing behind',
    async () => {
      const start = startCluster({ apiServerArguments: ['--no-such-flag'] });
      await expect(start).rejects.toThrow(/kube-apiserver ended.*unknown flag: --no-such-flag/s);
      expect(await processesMentioning('--no-such-flag')).toEqual([]);
    },
    startTimeoutMs,
  );
});
