import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Cluster } from './cluster.js';
import { sharedCluster } from './shared-cluster.js';

const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: boats.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { plural: boats, singular: boat, kind: Boat, listKind: BoatList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
const boat = `
apiVersion: example.org/v1
kind: Boat
metadata: { name: one, namespace: pay }
`;
const definition =
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/secretrotations.sallyport.dev';
const rbac = '/apis/rbac.authorization.k8s.io/v1';

async function storedNames(cluster: Cluster, path: string): Promise<readonly string[]> {
  const { body } = await cluster.request<{ items: { metadata: { name: string } }[] }>('GET', path);
  return body.items.map(({ metadata }) => metadata.name);
}

async function mayReadSecrets(cluster: Cluster): Promise<boolean> {
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await cluster.request<{ status: { allowed: boolean } }>('POST', path, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: 'jane', resourceAttributes: { verb: 'get', resource: 'secrets' } },
  });
  return answer.body.status.allowed;
}

async function use(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['create', 'namespace', 'pay']);
  for (let index = 0; index < 150; index += 1) {
    await cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
      metadata: { name: `s${index}` },
    });
  }
  await cluster.apply(crd);
  await cluster.apply(boat);
  const grant = ['--clusterrole=cluster-admin', '--user=jane'];
  await cluster.kubectl(['create', 'clusterrolebinding', 'jane', ...grant]);
  await cluster.request('PATCH', `${rbac}/clusterroles/view`, { rules: [] });
  await cluster.request('DELETE', `${rbac}/clusterroles/edit`);
  await writeFile(join(cluster.dir, 'left-behind'), '');
}

describe('a shared cluster', () => {
  let before: { readonly roles: unknown; readonly url: string };
  let cluster: Cluster;

  const roles = async () => {
    const { body } = await cluster.request<{
      items: { metadata: { name: string }; rules: object }[];
    }>('GET', `${rbac}/clusterroles`);
    return body.items.map(({ metadata, rules }) => [metadata.name, rules]);
  };

  beforeAll(async () => {
    cluster = await sharedCluster();
    before = { roles: await roles(), url: cluster.url };
    await use(cluster);
    await cluster.stop();
    cluster = await sharedCluster();
  });

  afterAll(() => cluster.stop());

  it('has the servers of the spec before', () => {
    expect(cluster.url).toBe(before.url);
  });

  it('holds nothing of what that spec stored', async () => {
    expect(await storedNames(cluster, '/api/v1/namespaces')).not.toContain('pay');
    expect(await storedNames(cluster, '/api/v1/secrets')).toEqual([]);
    const types = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect(await storedNames(cluster, types)).toEqual([]);
    expect(await mayReadSecrets(cluster)).toBe(false);
    expect(existsSync(join(cluster.dir, 'left-behind'))).toBe(false);
  });

  it('holds again what that spec changed or deleted', async () => {
    expect(await roles()).toEqual(before.roles);
  });

  it('can be used as before, with other objects of the same names', async () => {
    await use(cluster);
    expect(await mayReadSecrets(cluster)).toBe(true);
    expect(await storedNames(cluster, '/apis/example.org/v1/boats')).toEqual(['one']);
  });

  it('is another one while somebody uses it, or where its API server was left paused', async () => {
    const second = await sharedCluster();
    expect(second.url).not.toBe(cluster.url);
    second.pause();
    await second.stop();
    expect(existsSync(second.dir)).toBe(false);
  });

  it('is the same one where its API server was paused, or started again', async () => {
    const second = await sharedCluster();
    second.pause();
    second.resume();
    await use(second);
    await second.stopApiServer();
    await second.startApiServer();
    await second.stop();
    const third = await sharedCluster();
    expect(third.url).toBe(second.url);
    expect(await storedNames(third, '/api/v1/namespaces')).not.toContain('pay');
    expect(await mayReadSecrets(third)).toBe(false);
    await use(third);
    await third.stop();
  });

  it('is another one where the definitions that it began with were deleted', async () => {
    const first = await sharedCluster('definitions');
    await first.request('DELETE', definition);
    await first.stop();
    expect(existsSync(first.dir)).toBe(false);
    const second = await sharedCluster('definitions');
    expect((await second.request('GET', definition)).status).toBe(200);
    await second.stop();
    const third = await sharedCluster('definitions');
    expect(third.url).toBe(second.url);
    await third.stop();
  });
});
