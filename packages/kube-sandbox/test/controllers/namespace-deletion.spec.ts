import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Controllers, ownedBy } from './controllers.builder.js';

const namespaces = { resource: 'namespaces', namespace: '' };
const terminating = { deletionTimestamp: '2026-01-01T00:00:00Z' };

let cluster: Controllers;

beforeEach(() => {
  cluster = new Controllers();
});

afterEach(() => {
  cluster.end();
});

describe('a namespace that is deleted', () => {
  it('goes when it is empty, and leaves the others as they are', async () => {
    cluster.start();
    cluster.put('pay', {}, namespaces);
    for (let index = 0; index < 300; index += 1) cluster.put(`s${index}`);
    cluster.put('c', {}, { resource: 'configmaps' });
    cluster.put('other', {}, { namespace: 'pay-2' });
    cluster.put('pay', terminating, namespaces);
    await cluster.settle();
    expect(cluster.meta('pay', namespaces)).toBeUndefined();
    expect(cluster.store.count({ resource: 'secrets', namespace: '' })).toBe(1);
    expect(cluster.store.count({ resource: 'configmaps', namespace: '' })).toBe(0);
  });

  it('waits for objects that finalizers hold', async () => {
    cluster.start();
    for (let index = 0; index < 300; index += 1) {
      cluster.put(`held${index}`, { finalizers: ['a.example/keep'] });
    }
    cluster.put('z');
    cluster.put('pay', terminating, namespaces);
    await cluster.settle();
    expect(cluster.meta('z')).toBeUndefined();
    expect(cluster.meta('held299')).toHaveProperty('deletionTimestamp');
    for (let index = 0; index < 300; index += 1) cluster.delete(`held${index}`);
    await cluster.settle();
    expect(cluster.meta('pay', namespaces)).toBeUndefined();
  });

  it('is finished after a kill', async () => {
    cluster.put('pay', terminating, namespaces);
    cluster.put('s');
    cluster.kill();
    cluster.start();
    await cluster.settle();
    expect(cluster.meta('pay', namespaces)).toBeUndefined();
    expect(cluster.meta('s')).toBeUndefined();
  });

  it('is emptied too when it goes with its owner', async () => {
    cluster.start();
    cluster.put('owner', {}, namespaces);
    const reference = { ...ownedBy('owner').ownerReferences[0], kind: 'Namespace' };
    cluster.put('pay', { ownerReferences: [reference] }, namespaces);
    cluster.put('s');
    await cluster.settle();
    cluster.delete('owner', namespaces);
    await cluster.settle();
    expect(cluster.meta('pay', namespaces)).toBeUndefined();
    expect(cluster.meta('s')).toBeUndefined();
  });
});
