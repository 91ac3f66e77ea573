import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ObjectMeta } from '../../src/model/kube-object.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { Controllers, ownedBy } from './controllers.builder.js';

let cluster: Controllers;

const foreground = (metadata: ObjectMeta = {}): ObjectMeta => ({
  deletionTimestamp: '2026-01-01T00:00:00Z',
  deletionGracePeriodSeconds: 0,
  finalizers: ['foregroundDeletion'],
  ...metadata,
});

const blocking = (...names: readonly string[]) => ({
  ownerReferences: ownedBy(...names).ownerReferences.map((reference) => ({
    ...reference,
    blockOwnerDeletion: true,
  })),
});

const uidsOf = (metadata: ObjectMeta | undefined) =>
  metadata?.ownerReferences?.map((reference) => reference['uid']);

beforeEach(() => {
  cluster = new Controllers();
});

afterEach(() => {
  cluster.end();
});

describe('an object whose owner is deleted', () => {
  it('goes too, and with it what it owns', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b', ownedBy('a'));
    cluster.put('c', ownedBy('b'));
    await cluster.settle();
    expect(cluster.meta('c')).toBeDefined();
    cluster.delete('a');
    await cluster.settle();
    expect([cluster.meta('b'), cluster.meta('c')]).toEqual([undefined, undefined]);
  });

  it('stays while another owner is there, and forgets the one that went', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b');
    cluster.put('c', ownedBy('a', 'b'));
    cluster.delete('a');
    await cluster.settle();
    expect(uidsOf(cluster.meta('c'))).toEqual(['b']);
    cluster.delete('b');
    await cluster.settle();
    expect(cluster.meta('c')).toBeUndefined();
  });

  it('is marked where a finalizer holds it', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b', { ...ownedBy('a'), finalizers: ['a.example/keep'] });
    cluster.delete('a');
    await cluster.settle();
    expect(cluster.meta('b')).toHaveProperty('deletionTimestamp');
  });

  it('goes after a kill that came in between', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b', ownedBy('a'));
    await cluster.settle();
    cluster.delete('a');
    cluster.kill();
    expect(cluster.meta('b')).toBeDefined();
    cluster.start();
    await cluster.settle();
    expect(cluster.meta('b')).toBeUndefined();
  });

  it('goes also where the kind of the owner goes with it', async () => {
    const gadget = { apiVersion: 'x.example/v1', kind: 'Gadget', name: 'g', uid: 'g' };
    cluster.start();
    cluster.put('g', {}, { resource: 'gadgets.x.example' });
    cluster.put('b', { ownerReferences: [gadget] });
    await cluster.settle();
    expect(cluster.meta('b')).toBeDefined();
    cluster.delete('g', { resource: 'gadgets.x.example' });
    await cluster.settle();
    expect(cluster.meta('b')).toBeUndefined();
  });

  it('goes however many there are', async () => {
    cluster.start();
    cluster.put('a');
    for (let index = 0; index < 600; index += 1) cluster.put(`d${index}`, ownedBy('a'));
    cluster.delete('a');
    await cluster.settle();
    expect(cluster.store.count({ resource: 'secrets', namespace: 'pay' })).toBe(0);
  });
});

describe('an object whose owner is not there when it is written', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** The time of grace; what is asked for then is done. */
  async function graceIsOver(): Promise<void> {
    await cluster.settle();
    cluster.folder.nowMs += bounds.absentOwnerGraceMs;
    vi.advanceTimersByTime(bounds.absentOwnerGraceMs);
    await cluster.settle();
  }

  it('stays where its owner comes soon', async () => {
    cluster.start();
    cluster.put('a', ownedBy('b'));
    await cluster.settle();
    cluster.put('b');
    await graceIsOver();
    expect(cluster.meta('a')).toBeDefined();
  });

  it('goes after a time of grace, each after its own', async () => {
    cluster.start();
    cluster.put('a', ownedBy('nobody'));
    await cluster.settle();
    expect(cluster.meta('a')).toBeDefined();
    cluster.folder.nowMs += bounds.absentOwnerGraceMs / 2;
    cluster.put('b', ownedBy('nobody'));
    cluster.folder.nowMs -= bounds.absentOwnerGraceMs / 2;
    await graceIsOver();
    expect(cluster.meta('a')).toBeUndefined();
    expect(cluster.meta('b')).toBeDefined();
    await graceIsOver();
    expect(cluster.meta('b')).toBeUndefined();
  });

  it('is told by its uid and its namespace', async () => {
    cluster.start();
    cluster.put('a', ownedBy('nobody'));
    cluster.put('b');
    cluster.put('c', { ownerReferences: [{ ...ownedBy('b').ownerReferences[0], uid: 'earlier' }] });
    cluster.put('d', {}, { namespace: 'other' });
    cluster.put('e', ownedBy('d'));
    await graceIsOver();
    expect(['a', 'c', 'e'].map((name) => cluster.meta(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('goes when a later write names the owner', async () => {
    cluster.start();
    cluster.put('a');
    await cluster.settle();
    cluster.put('a', ownedBy('nobody'));
    await graceIsOver();
    expect(cluster.meta('a')).toBeUndefined();
  });

  it('stays where nothing can be told of the owner', async () => {
    cluster.start();
    const reference = { apiVersion: 'batch/v1', kind: 'Job', name: 'x', uid: 'x' };
    cluster.put('a', { ownerReferences: [reference] });
    cluster.put('space', ownedBy('a-secret'), { resource: 'namespaces', namespace: '' });
    await graceIsOver();
    expect(cluster.meta('a')).toBeDefined();
    expect(cluster.meta('space', { resource: 'namespaces', namespace: '' })).toBeDefined();
  });
});

describe('an owner in foreground deletion', () => {
  it('waits for dependents that block it, not for others', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b', { ...blocking('a'), finalizers: ['a.example/keep'] });
    cluster.put('c', { ...ownedBy('a'), finalizers: ['a.example/keep'] });
    cluster.put('a', foreground());
    await cluster.settle();
    expect(cluster.meta('b')).toHaveProperty('deletionTimestamp');
    expect(cluster.meta('c')).toHaveProperty('deletionTimestamp');
    expect(cluster.meta('a')).toBeDefined();
    cluster.delete('b');
    await cluster.settle();
    expect(cluster.meta('a')).toBeUndefined();
    expect(cluster.meta('c')).toBeDefined();
  });

  it('leaves a dependent that has another living owner, without waiting for it', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b');
    cluster.put('c', blocking('a', 'b'));
    cluster.put('a', foreground());
    await cluster.settle();
    expect(cluster.meta('a')).toBeUndefined();
    expect(uidsOf(cluster.meta('c'))).toEqual(['b']);
  });

  it('takes dependents of dependents first, also in a circle', async () => {
    cluster.start();
    cluster.put('a');
    cluster.put('b', blocking('a'));
    cluster.put('a', foreground(blocking('b')));
    await cluster.settle();
    expect([cluster.meta('a'), cluster.meta('b')]).toEqual([undefined, undefined]);
  });

  it('is finished after a kill', async () => {
    cluster.put('a', foreground());
    cluster.put('b', blocking('a'));
    cluster.kill();
    cluster.start();
    await cluster.settle();
    expect([cluster.meta('a'), cluster.meta('b')]).toEqual([undefined, undefined]);
  });
});

it('makes orphans of the dependents of an owner that asks for it', async () => {
  cluster.start();
  cluster.put('a');
  cluster.put('b', blocking('a'));
  cluster.put('a', foreground({ finalizers: ['orphan'] }));
  await cluster.settle();
  expect(cluster.meta('a')).toBeUndefined();
  expect(cluster.meta('b')).toBeDefined();
  expect(cluster.meta('b')).not.toHaveProperty('ownerReferences');
});
