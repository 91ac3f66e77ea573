import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Controllers } from './controllers.builder.js';

const cleanup = 'customresourcecleanup.apiextensions.k8s.io';
const key = 'widgets.x.example';
const widgets = { resource: key };
const definitions = {
  resource: 'customresourcedefinitions.apiextensions.k8s.io',
  namespace: '',
};
const terminating = {
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: [cleanup],
};

let cluster: Controllers;

beforeEach(() => {
  cluster = new Controllers();
});

afterEach(() => {
  cluster.end();
});

describe('a definition that is deleted', () => {
  it('goes after its objects', async () => {
    cluster.start();
    cluster.put(key, {}, definitions);
    for (let index = 0; index < 300; index += 1) cluster.put(`w${index}`, {}, widgets);
    cluster.put('c', {}, { ...widgets, namespace: '' });
    await cluster.settle();
    cluster.put(key, terminating, definitions);
    await cluster.settle();
    expect(cluster.store.count({ ...widgets, namespace: '' })).toBe(0);
    expect(cluster.meta(key, definitions)).toBeUndefined();
  });

  it('waits while a finalizer holds one of them, and says so', async () => {
    cluster.start();
    cluster.put('w', { finalizers: ['a.example/keep'] }, widgets);
    cluster.put(key, terminating, definitions);
    await cluster.settle();
    expect(cluster.meta('w', widgets)).toHaveProperty('deletionTimestamp');
    const definition = cluster.store.get({ ...definitions, name: key });
    expect(definition).toMatchObject({
      status: { conditions: [{ type: 'Terminating', reason: 'InstanceDeletionInProgress' }] },
    });
    cluster.delete('w', widgets);
    await cluster.settle();
    expect(cluster.meta(key, definitions)).toBeUndefined();
  });

  it('is finished after a kill', async () => {
    cluster.put('w', {}, widgets);
    cluster.put(key, terminating, definitions);
    cluster.kill();
    cluster.start();
    await cluster.settle();
    expect(cluster.meta('w', widgets)).toBeUndefined();
    expect(cluster.meta(key, definitions)).toBeUndefined();
  });

  it('never takes built-in objects with it, whatever its name', async () => {
    const name = 'roles.rbac.authorization.k8s.io';
    cluster.start();
    cluster.put('r', {}, { resource: name });
    cluster.put(name, terminating, definitions);
    await cluster.settle();
    expect(cluster.meta(name, definitions)).toBeUndefined();
    expect(cluster.meta('r', { resource: name })).toBeDefined();
  });
});

it('removes objects whose definition is missing, also those that a finalizer holds', async () => {
  cluster.put('w', { finalizers: ['a.example/keep'] }, widgets);
  cluster.put('s');
  cluster.start();
  await cluster.settle();
  expect(cluster.meta('w', widgets)).toBeUndefined();
  expect(cluster.meta('s')).toBeDefined();
});
