import { describe, expect, test } from 'vitest';
import { planMergePatch } from '../../../../src/secrets/domain/merge-patch.js';
import { lastApplied, marker, pointers, refusal } from './secret.builder.js';

const ref = { namespace: 'shop', name: 'database' };
const plan = (body: unknown) => planMergePatch(body, ref);
const places = (body: unknown) => pointers(() => plan(body));

describe('planMergePatch', () => {
  test('becomes one Kubernetes merge patch, with values as base64', () => {
    const body = {
      stringData: { a: 'é', gone: null },
      data: { b: 'AP8=' },
      labels: { app: 'x', old: null },
      annotations: { note: null },
      immutable: true,
      type: 'Opaque',
      resourceVersion: '41',
      uid: 'b7a9',
    };
    const { patch, touched, removed, preconditions, set } = plan(body);
    expect(patch).toEqual({
      kind: 'merge',
      document: {
        metadata: {
          uid: 'b7a9',
          resourceVersion: '41',
          labels: { app: 'x', old: null },
          annotations: { note: null },
        },
        type: 'Opaque',
        immutable: true,
        data: { a: 'w6k=', b: 'AP8=', gone: null },
      },
    });
    expect([touched, removed, [...set.keys()]]).toEqual([['a', 'b', 'gone'], ['gone'], ['a', 'b']]);
    expect(preconditions).toEqual({ uid: 'b7a9', resourceVersion: '41' });
  });

  test('sends nothing for what is absent or empty', () => {
    const empty = { kind: 'merge', document: {} };
    expect(plan({}).patch).toEqual(empty);
    expect(plan({ labels: {}, data: {}, stringData: {} }).patch).toEqual(empty);
  });

  test.each(['stringData', 'data', 'labels', 'annotations'])(
    'null for all of %s is refused',
    (map) => {
      expect(places({ [map]: null })).toEqual([`/${map}`]);
    },
  );

  test('refuses unknown members, other places and a key in both spellings', () => {
    expect(places({ metadata: {} })).toEqual(['/metadata']);
    expect(places({ name: 'other' })).toEqual(['/name']);
    expect(places({ stringData: { a: marker }, data: { a: null } })).toEqual(['/data/a']);
  });

  test('neither sets nor removes an annotation that is not shown', () => {
    const at = ['/annotations/kubectl.kubernetes.io~1last-applied-configuration'];
    expect(places({ annotations: { [lastApplied]: marker } })).toEqual(at);
    expect(places({ annotations: { [lastApplied]: null } })).toEqual(at);
  });

  test('ignores read-only members of a read body', () => {
    const readOnly = {
      ...ref,
      version: null,
      createdAt: 'x',
      updatedBy: null,
      ownerReferences: [],
    };
    expect(plan(readOnly).patch).toEqual({ kind: 'merge', document: {} });
  });

  test.each([[null], [[]], ['x']])('refuses %j, which would replace the Secret', (body) => {
    expect(refusal(() => plan(body)).code).toBe('Invalid');
  });

  test('bounds the decoded values', () => {
    const body = { stringData: { a: 'x'.repeat(1024 * 1024 + 1) } };
    expect(refusal(() => plan(body)).code).toBe('TooLarge');
  });
});
