import { describe, expect, it } from 'vitest';
import type { KubeObject, ObjectMeta } from '../../src/model/kube-object.js';
import type { Strategy } from '../../src/model/resource-definition.js';
import { deletionFor } from '../../src/verbs/delete.js';
import type { DeleteOptions } from '../../src/verbs/delete-options.js';
import { deletionOf } from '../../src/verbs/deletion.js';
import { definitionOf } from '../registry/registry.builder.js';

const now = '2026-11-25T14:00:00Z';
const nowMs = Date.parse(now);
const keep = 'a.example/keep';

function secret(metadata: ObjectMeta = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', ...metadata } };
}

function deleted(
  object: KubeObject,
  options: Partial<DeleteOptions> = {},
  strategy: Strategy = {},
): { readonly metadata: ObjectMeta | undefined; readonly isGone: boolean } {
  const { marked, isGone } = deletionOf(object, { isDryRun: false, ...options }, strategy, nowMs);
  return { metadata: marked?.metadata, isGone };
}

describe('an object that is deleted', () => {
  it('goes at once where nothing holds it', () => {
    expect(deleted(secret())).toEqual({ metadata: undefined, isGone: true });
  });

  it('is marked where a finalizer holds it, and its generation counts that once', () => {
    const metadata = { name: 's', finalizers: [keep], generation: 4 };
    const first = deleted(secret(metadata));
    const marks = { deletionTimestamp: now, deletionGracePeriodSeconds: 0 };
    expect(first).toEqual({ metadata: { ...metadata, ...marks, generation: 5 }, isGone: false });
    expect(deleted(secret(first.metadata)).metadata).toEqual(first.metadata);
  });

  it('waits for its dependents as the propagation policy says, the last one counting', () => {
    const after = (finalizers: string[], options: Partial<DeleteOptions>) =>
      deleted(secret({ finalizers }), options).metadata?.finalizers ?? 'gone';
    expect(after([], { propagation: 'Orphan' })).toEqual(['orphan']);
    expect(after([keep, 'orphan'], { propagation: 'Foreground' })).toEqual([
      keep,
      'foregroundDeletion',
    ]);
    expect(after(['foregroundDeletion'], { propagation: 'Background' })).toEqual('gone');
    expect(after(['orphan'], {})).toEqual(['orphan']);
    expect(after([], { orphanDependents: true })).toEqual(['orphan']);
    expect(after(['orphan'], { orphanDependents: false })).toEqual('gone');
  });

  it('waits for nobody where its kind has no dependents', () => {
    const { strategy } = definitionOf('events');
    expect(deleted(secret(), { propagation: 'Orphan' }, strategy)).toMatchObject({ isGone: true });
  });
});

describe('a Pod that is deleted', () => {
  const { strategy } = definitionOf('pods');
  const pod = (spec: object, metadata: ObjectMeta = {}, status: object = {}): KubeObject => ({
    ...secret(metadata),
    kind: 'Pod',
    spec: { ...spec },
    status: { ...status },
  });
  const onNode = { nodeName: 'n', terminationGracePeriodSeconds: 60 };

  it('goes at once without a node or after its end, marked all the same', () => {
    const marks = { deletionTimestamp: now, deletionGracePeriodSeconds: 0 };
    const gone = { metadata: marks, isGone: true };
    expect(deleted(pod({}), {}, strategy)).toMatchObject(gone);
    expect(deleted(pod(onNode, {}, { phase: 'Failed' }), {}, strategy)).toMatchObject(gone);
    expect(deleted(pod(onNode), { gracePeriodSeconds: 0 }, strategy)).toMatchObject(gone);
  });

  it('has time on a node: its own, that of the client, or the default', () => {
    const periodOf = (object: KubeObject, gracePeriodSeconds?: number) =>
      deleted(object, { gracePeriodSeconds }, strategy).metadata?.deletionGracePeriodSeconds;
    expect(periodOf(pod(onNode))).toBe(60);
    expect(periodOf(pod(onNode), 5)).toBe(5);
    expect(periodOf(pod(onNode), -5)).toBe(1);
    expect(periodOf(pod({ nodeName: 'n' }))).toBe(30);
  });

  it('may get less time later, never more', () => {
    const { metadata = {} } = deleted(pod(onNode), {}, strategy);
    expect(metadata.deletionTimestamp).toBe('2026-11-25T14:01:00Z');
    const again = (gracePeriodSeconds?: number) =>
      deleted(pod(onNode, metadata), { gracePeriodSeconds }, strategy);
    expect(again()).toEqual({ metadata: undefined, isGone: false });
    expect(again(90)).toEqual({ metadata: undefined, isGone: false });
    expect(again(20)).toMatchObject({
      metadata: { deletionTimestamp: '2026-11-25T14:00:20Z', deletionGracePeriodSeconds: 20 },
      isGone: false,
    });
    expect(again(0).isGone).toBe(true);
  });
});

describe('a namespace that is deleted', () => {
  const namespace = (name: string, metadata: ObjectMeta = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: 'u', resourceVersion: '7', ...metadata },
    status: { phase: 'Active' },
  });
  const end = (object: KubeObject, options: Partial<DeleteOptions> = {}) =>
    deletionFor(definitionOf('namespaces'), object, { isDryRun: false, ...options }, nowMs);

  it('is terminating first, and stays as it is when asked again', () => {
    const { marked, isGone } = end(namespace('pay'));
    expect(isGone).toBe(false);
    expect(marked).toMatchObject({
      metadata: { deletionTimestamp: now },
      status: { phase: 'Terminating' },
    });
    expect(marked?.metadata).not.toHaveProperty('deletionGracePeriodSeconds');
    const again = end(namespace('pay', { deletionTimestamp: now }));
    expect(again).toEqual({ marked: undefined, isGone: false });
  });

  it.each(['default', 'kube-system', 'kube-public'])('is not %s', (name) => {
    expect(() => end(namespace(name))).toThrow(
      `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    );
    expect(() => end(namespace(name), { uid: 'other' })).toThrow('Precondition failed: UID');
  });

  it('is the one that the preconditions name', () => {
    expect(() => end(namespace('pay'), { resourceVersion: '6' })).toThrow(
      'Operation cannot be fulfilled on namespaces "pay": Precondition failed: ResourceVersion in precondition: 6, ResourceVersion in object meta: 7',
    );
    expect(end(namespace('pay'), { uid: 'u', resourceVersion: '7' }).isGone).toBe(false);
  });
});

describe('a CustomResourceDefinition that is deleted', () => {
  const cleanup = 'customresourcecleanup.apiextensions.k8s.io';
  const established = { type: 'Established', status: 'True' };
  const widgets = (metadata: ObjectMeta = {}): KubeObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.x.example', uid: 'u', resourceVersion: '7', ...metadata },
    status: { conditions: [established] },
  });
  const end = (object: KubeObject, options: Partial<DeleteOptions> = {}) =>
    deletionFor(
      definitionOf('customresourcedefinitions'),
      object,
      { isDryRun: false, ...options },
      nowMs,
    );

  it('waits for its objects, and says so', () => {
    const { marked, isGone } = end(widgets({ finalizers: [keep] }), { propagation: 'Orphan' });
    expect(isGone).toBe(false);
    expect(marked?.metadata).toMatchObject({
      deletionTimestamp: now,
      finalizers: [keep, cleanup],
    });
    expect(marked?.['status']).toEqual({
      conditions: [
        established,
        {
          type: 'Terminating',
          status: 'True',
          lastTransitionTime: now,
          reason: 'InstanceDeletionPending',
          message:
            'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
        },
      ],
    });
    const again = end(widgets({ finalizers: [cleanup], deletionTimestamp: now }));
    expect(again.isGone).toBe(false);
  });

  it('is the one that the preconditions name', () => {
    expect(() => end(widgets(), { uid: 'other' })).toThrow(
      'customresourcedefinitions.apiextensions.k8s.io "widgets.x.example": precondition failed: UID in precondition: other, UID in object meta: u',
    );
  });
});

it('words preconditions of other kinds in their own way', () => {
  const secrets = definitionOf('secrets');
  const options = { isDryRun: false, resourceVersion: '6' };
  const old = secret({ resourceVersion: '7' });
  expect(() => deletionFor(secrets, old, options, nowMs)).toThrow(
    'on Secret "s": the ResourceVersion in the precondition (6) does not match the ResourceVersion in record (7). The object might have been modified',
  );
});
