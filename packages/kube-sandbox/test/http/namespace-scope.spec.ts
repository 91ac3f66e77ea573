import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInDefinitions } from '../../src/registry/built-in-resources.js';
import { noSchemas } from '../registry/registry.builder.js';
import { widgetSpec } from '../registry/widget.builder.js';
import { SandboxDoor } from './sandbox-door.builder.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const asAlice = { headers: { 'impersonate-user': 'alice' } };

let door: SandboxDoor;

async function make(path: string, kind: string, name: string, content: object): Promise<void> {
  const apiVersion = path.split('/').slice(2, 4).join('/');
  const body = { kind, apiVersion: apiVersion.startsWith('v1') ? 'v1' : apiVersion, ...content };
  const answer = await door.send('POST', path, { body: { ...body, metadata: { name } } });
  expect(answer.status, answer.text).toBe(201);
}

/** Alice may do everything, in the namespace `default`. */
beforeAll(async () => {
  door = await SandboxDoor.open();
  await make('/api/v1/namespaces', 'Namespace', 'foreign', {});
  await make(`${rbac}/namespaces/default/rolebindings`, 'RoleBinding', 'alice', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
  });
  const names = { plural: 'namespaces', kind: 'Space' };
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await make(definitions, 'CustomResourceDefinition', 'namespaces.example.com', {
    spec: { ...widgetSpec(), names, scope: 'Cluster' },
  });
  await make('/apis/example.com/v1/namespaces', 'Space', 'default', {});
});

afterAll(async () => door.close());

describe('whoever may do everything in one namespace', () => {
  it('has that namespace', async () => {
    const { status } = await door.send('GET', '/api/v1/namespaces/default', asAlice);
    expect(status).toBe(200);
    const secrets = await door.send('GET', '/api/v1/namespaces/default/secrets', asAlice);
    expect(secrets.status).toBe(200);
  });

  it.each([
    ['GET', '/api/v1/namespaces/default/namespaces'],
    ['GET', '/api/v1/namespaces/default/namespaces?watch=true'],
    ['GET', '/api/v1/namespaces/default/namespaces/foreign'],
    ['GET', '/api/v1/namespaces/default/namespaces/default'],
    ['PUT', '/api/v1/namespaces/default/namespaces/foreign'],
    ['DELETE', '/api/v1/namespaces/default/namespaces/foreign'],
    ['GET', '/apis/example.com/v1/namespaces/default'],
    ['GET', '/apis/example.com/v1/namespaces/default/namespaces'],
    ['GET', '/apis/example.com/v1/namespaces/default/namespaces/default'],
    ['DELETE', '/apis/example.com/v1/namespaces/default/namespaces/default'],
    ['DELETE', '/apis/example.com/v1/namespaces/default/namespaces'],
  ])('finds nothing of the cluster at %s %s', async (method, path) => {
    const { status } = await door.send(method, path, asAlice);
    expect(status).toBe(404);
  });

  it.each([
    ['GET', '/api/v1/namespaces'],
    ['GET', '/api/v1/namespaces/foreign'],
    ['DELETE', '/api/v1/namespaces/foreign'],
    ['GET', '/api/v1/namespaces//namespaces/foreign'],
    ['GET', '/apis/example.com/v1/namespaces'],
  ])('is forbidden %s %s', async (method, path) => {
    const { status } = await door.send(method, path, asAlice);
    expect(status).toBe(403);
  });
});

describe('a resource of the cluster', () => {
  const ofCluster = builtInDefinitions(noSchemas).filter(({ isNamespaced }) => !isNamespaced);
  const targets = ofCluster.map(({ group, version, resource }) => {
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    return `${root}/namespaces/default/${resource}`;
  });

  it.each(targets)('is not at %s', async (target) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of [target, `${target}/default`, `${target}/default/status`]) {
        const { status } = await door.send(method, path, { body: {} });
        expect(status, `${method} ${path}`).toBe(404);
      }
    }
  });
});
