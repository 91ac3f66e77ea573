import { describe, expect, test } from 'vitest';
import { notRestorableReason, planRestore } from '../../../../src/secrets/domain/restore-plan.js';
import { lastApplied, pointers, storedSecret, values } from './secret.builder.js';

const ref = { namespace: 'shop', name: 'database' };

function past(changes: object = {}) {
  const { type, immutable, labels, annotations, data } = storedSecret();
  return { version: 3, type, immutable, labels, annotations, data, ...changes };
}

function restored(
  stored: ReturnType<typeof storedSecret> | undefined,
  content: ReturnType<typeof past>,
  mayReadValues = true,
) {
  return planRestore(ref, stored, { ...content, mayReadValues });
}

describe('planRestore', () => {
  test('of what is there changes nothing', () => {
    const plan = restored(storedSecret(), past());
    expect([plan.kind, plan.unchanged]).toEqual(['update', true]);
  });

  test('replaces all that a version has, and keeps owners and finalizers of the live one', () => {
    const stored = storedSecret({ finalizers: ['a.example/keep'] });
    const data = values({ password: 'older', port: '1' });
    const { manifest, changes, unchanged } = restored(stored, past({ data, labels: {} }));
    expect(unchanged).toBe(false);
    expect(changes).toEqual({ added: ['port'], changed: ['password'], removed: ['user'] });
    expect(manifest).toMatchObject({
      ...{ labels: {}, finalizers: ['a.example/keep'], uid: stored.uid },
      resourceVersion: stored.resourceVersion,
      ownerReferences: stored.ownerReferences,
    });
  });

  test.each([{ labels: {} }, { annotations: {} }])('%j alone is a change', (change) => {
    expect(restored(storedSecret({ labels: { a: 'b' } }), past(change)).unchanged).toBe(false);
  });

  test('brings hidden annotations back as well', () => {
    const annotations = { [lastApplied]: '{}' };
    expect(restored(undefined, past({ annotations })).manifest.annotations).toEqual(annotations);
  });

  test('creates what is gone, without owners and finalizers', () => {
    const { kind, manifest } = restored(undefined, past());
    expect(kind).toBe('create');
    expect(Object.keys(manifest).toSorted()).toEqual(
      ['annotations', 'data', 'immutable', 'labels', 'name', 'namespace', 'type'].toSorted(),
    );
  });

  test('refuses another type, and other data or mutability of an immutable Secret', () => {
    const other = () => restored(storedSecret(), past({ type: 'a.example/b' }));
    expect(pointers(other)).toEqual(['/type']);
    const fixed = storedSecret({ immutable: true });
    const data = values({ password: 'older', 'a.b': 'x' });
    const broken = () => restored(fixed, past({ data }));
    expect(pointers(broken)).toEqual(['/immutable', '/data/a.b', '/data/password', '/data/user']);
    expect(restored(fixed, past({ immutable: true, labels: {} })).unchanged).toBe(false);
  });

  test('depends on no stored value where the caller may not read it', () => {
    const contents = [past(), past({ data: values({ password: 'older', user: 'me' }) })];
    const plans = contents.map((content) => restored(storedSecret(), content, false));
    expect(plans.map(({ unchanged }) => unchanged)).toEqual([false, false]);
    const fixed = storedSecret({ immutable: true });
    for (const content of contents) {
      const broken = () => restored(fixed, { ...content, immutable: true }, false);
      expect(pointers(broken)).toEqual(['/data']);
    }
  });
});

describe('notRestorableReason', () => {
  test.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])(
    '%s is never restored, nor is it planned',
    (type) => {
      expect(notRestorableReason({ type, data: new Map() })).toMatch(/are not restored$/);
      expect(pointers(() => restored(undefined, past({ type })))).toEqual(['/version']);
    },
  );

  test('any type that holds the token of a ServiceAccount is not', () => {
    const claims = Buffer.from('{"sub":"system:serviceaccount:a:b"}').toString('base64url');
    const data = values({ token: `e30.${claims}.x` });
    const reason = notRestorableReason({ type: 'Opaque', data });
    expect(reason).toMatch(/would make valid again$/);
    expect(reason).not.toContain(claims);
    expect(notRestorableReason({ type: 'Opaque', data: values({ token: 'x' }) })).toBeUndefined();
  });
});
