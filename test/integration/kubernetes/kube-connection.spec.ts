import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { BearerCredential } from '../../../src/kubernetes/bearer-credential.js';
import { CallerCredentials } from '../../../src/kubernetes/caller-credentials.js';
import { CallerKubeClient } from '../../../src/kubernetes/caller-kube.client.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeTransport } from '../../../src/kubernetes/kube-transport.js';
import { SelfKubeClient } from '../../../src/kubernetes/self-kube.client.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { gatewayOn, serviceAccount, user } from './support.js';

const whoAmI: KubeCall = {
  method: 'POST',
  path: ['apis', 'authentication.k8s.io', 'v1', 'selfsubjectreviews'],
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  effect: 'none',
};
const app = 'system:serviceaccount:default:app';

describe('KubeConnection on a real API server', () => {
  let cluster: Cluster;
  let token: string;

  beforeAll(async () => {
    cluster = await sharedCluster();
    await cluster.kubectl(['-n', 'default', 'create', 'serviceaccount', 'app']);
    token = await cluster.createToken({ namespace: 'default', serviceAccount: 'app' });
  }, 900_000);
  afterAll(() => cluster?.stop());

  async function kubeconfig(name: string, user: object, more: object = {}): Promise<string> {
    const path = join(cluster.dir, name);
    const server = { server: cluster.url, 'certificate-authority': cluster.caFile, ...more };
    const document = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: server }],
      users: [{ name: 'u', user }],
    };
    await writeFile(path, stringify(document), { mode: 0o600 });
    return path;
  }

  async function identity(path: string): Promise<unknown> {
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    const review = await new SelfKubeClient(new KubeTransport(connection)).reviewOwnIdentity();
    return (review['status'] as { userInfo: { username: string } }).userInfo.username;
  }

  it('speaks by client certificate, token, token file and exec plugin', async () => {
    expect(await identity(cluster.adminKubeconfigFile)).toMatch(/admin/);
    expect(await identity(await kubeconfig('token', { token }))).toBe(app);
    await writeFile(join(cluster.dir, 'token-file'), `${token}\n`, { mode: 0o600 });
    expect(await identity(await kubeconfig('by-file', { tokenFile: 'token-file' }))).toBe(app);
    const apiVersion = 'client.authentication.k8s.io/v1';
    const credential = { apiVersion, kind: 'ExecCredential', status: { token } };
    const exec = {
      apiVersion,
      command: process.execPath,
      args: ['-p', `'${JSON.stringify(credential)}'`],
      interactiveMode: 'Never',
    };
    expect(await identity(await kubeconfig('exec', { exec }))).toBe(app);
  });

  it('reads a token file anew', async () => {
    const file = join(cluster.dir, 'rotated');
    await writeFile(file, 'expired', { mode: 0o600 });
    const path = await kubeconfig('rotating', { tokenFile: file });
    const connection = await KubeConnection.open({ mode: 'kubeconfig', path });
    const self = new SelfKubeClient(new KubeTransport(connection));
    await expect(self.reviewOwnIdentity()).rejects.toMatchObject({
      code: 'Unavailable',
      internal: expect.stringContaining('ALARM'),
    });
    await writeFile(file, token);
    expect(await self.reviewOwnIdentity()).toMatchObject({
      status: { userInfo: { username: app } },
    });
    connection.forget();
    await rm(file);
    await expect(self.reviewOwnIdentity()).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('trusts no other authority, unless the kubeconfig says so', async () => {
    const noAuthority = { 'certificate-authority': undefined };
    const strict = identity(await kubeconfig('strict', { token }, noAuthority));
    await expect(strict).rejects.toMatchObject({ code: 'Unavailable' });
    const skipping = { ...noAuthority, 'insecure-skip-tls-verify': true };
    expect(await identity(await kubeconfig('lax', { token }, skipping))).toBe(app);
  });

  it.each([
    ['impersonates', { token: 'x', as: 'somebody' }],
    ['has a password', { username: 'a', password: 'b' }],
  ])('refuses a user that %s', async (_, kubeUser) => {
    const path = await kubeconfig('refused', kubeUser);
    await expect(KubeConnection.open({ mode: 'kubeconfig', path })).rejects.toThrow('accepted');
  });

  it('passes a token through as its owner, never as the gateway', async () => {
    // The admin's client certificate would win over any token on the same connection.
    const path = cluster.adminKubeconfigFile;
    const transport = new KubeTransport(await KubeConnection.open({ mode: 'kubeconfig', path }));
    const credentials = new CallerCredentials();
    const caller = new CallerKubeClient(transport, { mode: 'passthrough', credentials });
    expect(await new SelfKubeClient(transport).isReady()).toBe(true);
    const principal = serviceAccount('default', 'app');
    credentials.remember(principal, new BearerCredential(token));
    const review = await caller.send(principal, whoAmI);
    expect(review['status']).toMatchObject({ userInfo: { username: app } });
    const nobody = caller.send(serviceAccount('default', 'app'), whoAmI);
    await expect(nobody).rejects.toMatchObject({ code: 'Unauthenticated' });
    credentials.remember(principal, new BearerCredential('forged'));
    await expect(caller.send(principal, whoAmI)).rejects.toMatchObject({
      code: 'Unauthenticated',
    });
  });

  it('serves callers everywhere with the cluster-wide profile', async () => {
    const profile = 'deploy/rbac/constrained/cluster-wide';
    await cluster.kubectl(['apply', '--server-side', '-k', profile]);
    await cluster.kubectl(['-n', 'default', 'apply', '-f', `${profile}/served-broker.yaml`]);
    const own = await cluster.createToken({ namespace: 'sallyport', serviceAccount: 'sallyport' });
    const path = await cluster.kubeconfigFor({ token: own, name: 'wide' });
    const { caller } = gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
    const rights = ['--clusterrole=view', '--user=alice'];
    await cluster.kubectl(['create', 'clusterrolebinding', 'alice', ...rights]);
    const list: KubeCall = { method: 'GET', path: ['api', 'v1', 'secrets'], effect: 'none' };
    // `view` holds no Secrets: the denial is alice's own, in any namespace.
    await expect(caller.send(user('alice'), list)).rejects.toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining('User "alice" cannot list'),
    });
    const pods: KubeCall = { ...list, path: ['api', 'v1', 'pods'] };
    await expect(caller.send(user('alice'), pods)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('looks for no kubeconfig that it was not told of', async () => {
    const path = join(cluster.dir, 'absent');
    await expect(KubeConnection.open({ mode: 'kubeconfig', path })).rejects.toThrow('ENOENT');
    await expect(KubeConnection.open({ mode: 'in-cluster' })).rejects.toThrow('not in a cluster');
  });
});
