import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { planCreate, planReplace } from '../../../../src/secrets/domain/replace-plan.js';
import { toReadBody } from '../../../../src/secrets/domain/read-body.js';
import { parseWriteBody } from '../../../../src/secrets/domain/write-body.js';
import { lastApplied, marker, pointers, refusal, storedSecret, values } from './secret.builder.js';

const rules = { allowClusterCredentials: false, mayReadValues: true };
const place = { namespace: 'shop', name: 'database' };

function replace(body: unknown, stored = storedSecret()) {
  return planReplace(stored, parseWriteBody(body, place), rules);
}

/** A PUT by a caller who may not read the values. */
function replaceBlindly(body: unknown, stored = storedSecret()) {
  return planReplace(stored, parseWriteBody(body, place), { ...rules, mayReadValues: false });
}

describe('planReplace', () => {
  test('a read body sent back changes nothing, whatever the bytes', () => {
    const key = fc.stringMatching(/^[a-z][-._a-z0-9]{0,9}$/);
    const data = fc.dictionary(key, fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(
        data,
        fc.boolean(),
        fc.constantFrom('auto', 'base64'),
        (bytes, fixed, encoding) => {
          const stored = storedSecret({ data: values(bytes), immutable: fixed });
          const body: unknown = JSON.parse(JSON.stringify(toReadBody(stored, encoding)));
          const plan = replace(body, stored);
          expect(plan.unchanged).toBe(true);
          expect(plan.manifest.annotations).toEqual(stored.annotations);
        },
      ),
    );
  });

  test('takes the keys as the complete new set and names what changed', () => {
    const plan = replace({ stringData: { password: 'new', port: '1' } });
    expect(plan.changes).toEqual({ added: ['port'], changed: ['password'], removed: ['user'] });
    expect([plan.kind, plan.unchanged]).toEqual(['update', false]);
    expect([...plan.manifest.data.keys()]).toEqual(['password', 'port']);
  });

  test('keeps what is absent, and always what is not shown', () => {
    const stored = storedSecret();
    const { manifest } = replace({ data: {} }, stored);
    expect(manifest).toMatchObject({
      type: 'Opaque',
      labels: stored.labels,
      annotations: stored.annotations,
      finalizers: stored.finalizers,
      ownerReferences: stored.ownerReferences,
      uid: stored.uid,
      resourceVersion: stored.resourceVersion,
    });
    expect(replace({ data: {}, annotations: {}, labels: {} }).manifest).toMatchObject({
      labels: {},
      annotations: { [lastApplied]: marker },
      finalizers: ['example.com/wait'],
    });
  });

  test('a change of metadata alone is a change', () => {
    const same = { stringData: { password: 'old', user: 'me' } };
    expect(replace({ ...same }).unchanged).toBe(true);
    expect(replace({ ...same, labels: {} }).unchanged).toBe(false);
    expect(replace({ ...same, annotations: { note: 'new' } }).unchanged).toBe(false);
    expect(replace({ ...same, immutable: true })).toMatchObject({
      unchanged: false,
      manifest: { immutable: true },
    });
  });

  test.each(['uid', 'resourceVersion'])('answers 409 where %s is not the stored one', (member) => {
    const error = refusal(() => replace({ data: {}, [member]: '7' }));
    expect([error.code, error.status]).toEqual(['Conflict', 409]);
    expect(error.errors[0]?.pointer).toBe(`/${member}`);
  });

  test('a type never changes', () => {
    expect(pointers(() => replace({ data: {}, type: 'other' }))).toEqual(['/type']);
  });

  test('an immutable Secret keeps its keys and stays so, but takes labels', () => {
    const stored = storedSecret({ immutable: true });
    const body = { stringData: { password: marker, user: 'me', more: '' }, immutable: false };
    expect(pointers(() => replace(body, stored))).toEqual([
      '/immutable',
      '/data/more',
      '/data/password',
    ]);
    const same = { stringData: { password: 'old', user: 'me' }, labels: { a: 'b' } };
    expect(replace(same, stored).manifest.immutable).toBe(true);
  });

  test('counts kept annotations towards the bound', () => {
    const stored = storedSecret({ annotations: { [lastApplied]: 'x'.repeat(200 * 1024) } });
    const body = { data: {}, annotations: { a: 'x'.repeat(100 * 1024) } };
    expect(pointers(() => replace(body, stored))).toEqual(['/annotations']);
  });

  test('refuses any change to a credential of the cluster, not its unchanged replacement', () => {
    const stored = storedSecret({ type: 'bootstrap.kubernetes.io/token', data: new Map() });
    expect(replace({ data: {} }, stored).unchanged).toBe(true);
    expect(pointers(() => replace({ data: {}, labels: {} }, stored))).toEqual(['/type']);
  });

  test('creates where nothing is stored, ignoring preconditions', () => {
    const input = parseWriteBody({ data: { a: '' }, uid: 'x', resourceVersion: '1' }, place);
    const plan = planReplace(undefined, input, rules);
    expect(plan).toMatchObject({ kind: 'create', changes: { added: ['a'] }, unchanged: false });
    expect(plan.manifest).toMatchObject({ ...place, type: 'Opaque', immutable: false, labels: {} });
    expect(plan.manifest).not.toHaveProperty('uid');
    expect(plan.manifest).not.toHaveProperty('resourceVersion');
  });
});

describe('planReplace for a caller who may not read the values', () => {
  const right = { stringData: { password: 'old', user: 'me' } };
  const wrong = { stringData: { password: 'bad', user: 'me' } };

  test.each([right, wrong])('always writes: %j', (body) => {
    expect(replaceBlindly(body)).toMatchObject({ kind: 'update', unchanged: false });
  });

  test.each([right, wrong])('refuses all values of an immutable Secret alike: %j', (body) => {
    const stored = storedSecret({ immutable: true });
    expect(pointers(() => replaceBlindly(body, stored))).toEqual(['/data']);
  });

  test.each([right, wrong])('refuses a credential of the cluster: %j', (body) => {
    const stored = storedSecret({ type: 'bootstrap.kubernetes.io/token' });
    expect(pointers(() => replaceBlindly(body, stored))).toEqual(['/type']);
  });
});

describe('planCreate', () => {
  test('copies a Secret from its read body, without its owners', () => {
    const body = { ...toReadBody(storedSecret(), 'auto'), name: 'copy' };
    const { manifest } = planCreate(parseWriteBody(body, { namespace: 'shop' }), rules);
    expect(manifest).toMatchObject({ name: 'copy', annotations: { note: 'kept' } });
    expect(manifest).not.toHaveProperty('ownerReferences');
  });

  test('refuses hidden annotations from callers that do not parse a body', () => {
    const input = { ...place, data: new Map(), annotations: { [lastApplied]: marker } };
    expect(refusal(() => planCreate(input, rules)).code).toBe('Invalid');
  });
});
