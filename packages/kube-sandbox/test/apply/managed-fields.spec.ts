import { describe, expect, test } from 'vitest';
import { recordUpdate, withoutNewTimes } from '../../src/apply/managed-fields.js';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';
import {
  deployment,
  deploymentSchema,
  ownersOf,
  schemas,
  secret,
  secretSchema,
  stored,
} from './schemas.js';

function at(second: number): string {
  return `2026-11-25T14:00:${String(second).padStart(2, '0')}Z`;
}

interface Write {
  readonly manager: string;
  readonly second: number;
  readonly subresource?: string;
}

function write(old: KubeObject | undefined, updated: KubeObject, by: Write): KubeObject {
  const { manager, second, subresource = '' } = by;
  const apiVersion = 'v1';
  const common = { manager, apiVersion, now: at(second), subresource, schemas };
  return stored(recordUpdate({ ...common, old, updated, schema: secretSchema }));
}

const labels = { l: '1' };
const created = write(undefined, secret({ metadata: { labels }, data: { k: 'a', p: 'b' } }), {
  manager: 'a',
  second: 0,
});
const ownedByA = '"f:metadata":{"f:labels":{".":{},"f:l":{}}}';

describe('an update', () => {
  test('that creates gives every field to its manager, but not what identifies the object', () => {
    expect(ownersOf(created)).toEqual([
      `a Update ${at(0)} {"f:data":{".":{},"f:k":{},"f:p":{}},${ownedByA}}`,
    ]);
  });

  test('finds the fields of a deep object without a walk from the root for each', () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `k${index}`);
    let spec: JsonObject = Object.fromEntries(names.map((name) => [name, 'v']));
    for (let level = 0; level < 480; level += 1) spec = { a: spec };
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const schema = { type: 'object', properties: { spec: open } };
    const updated = { apiVersion: 'e.x/v1', kind: 'W', metadata: { name: 'w' }, spec };
    const common = { manager: 'a', apiVersion: 'e.x/v1', now: at(0), subresource: '', schemas };
    const [entry] = recordUpdate({ ...common, old: undefined, updated, schema }).metadata
      .managedFields ?? [undefined];
    expect(JSON.stringify(entry?.['fieldsV1']).split('"f:a":')).toHaveLength(481);
  });

  test('moves changed fields, and keeps the time of those who only lose some', () => {
    const data = { k: 'c', p: 'b', n: 'd' };
    const second = write(created, { ...created, data }, { manager: 'b', second: 1 });
    expect(ownersOf(second)).toEqual([
      `a Update ${at(0)} {"f:data":{".":{},"f:p":{}},${ownedByA}}`,
      `b Update ${at(1)} {"f:data":{"f:k":{},"f:n":{}}}`,
    ]);
    const back = write(
      second,
      { ...second, data: { ...data, k: 'e' } },
      { manager: 'a', second: 2 },
    );
    expect(ownersOf(back)).toEqual([
      `b Update ${at(1)} {"f:data":{"f:n":{}}}`,
      `a Update ${at(2)} {"f:data":{".":{},"f:k":{},"f:p":{}},${ownedByA}}`,
    ]);
  });

  test('that only removes owns nothing', () => {
    const { data: _data, ...rest } = created;
    const removed = write(created, rest as KubeObject, { manager: 'c', second: 1 });
    expect(ownersOf(removed)).toEqual([`a Update ${at(0)} {${ownedByA}}`]);
  });

  test('that changes nothing leaves managedFields as they are', () => {
    const { managedFields } = created.metadata;
    const same = write(created, created, { manager: 'z', second: 9 });
    expect(same.metadata.managedFields).toEqual(managedFields);
    const withoutEntries = secret({ metadata: { labels }, data: { k: 'a', p: 'b' } });
    const put = write(created, stored(withoutEntries), { manager: 'z', second: 9 });
    expect(put.metadata.managedFields).toEqual(managedFields);
  });

  test('of list elements owns them one by one', () => {
    const metadata = {
      ...created.metadata,
      finalizers: ['b', 'a'],
      ownerReferences: [{ uid: 'u1' }],
    };
    const result = write(created, { ...created, metadata }, { manager: 'e', second: 1 });
    expect(ownersOf(result)[1]).toBe(
      `e Update ${at(1)} {"f:metadata":{"f:finalizers":{".":{},"v:\\"a\\"":{},"v:\\"b\\"":{}},"f:ownerReferences":{".":{},"k:{\\"uid\\":\\"u1\\"}":{}}}}`,
    );
  });

  test('without a manager is by `unknown`', () => {
    const result = write(created, { ...created, type: 'x' }, { manager: '', second: 1 });
    expect(ownersOf(result)[1]).toBe(`unknown Update ${at(1)} {"f:type":{}}`);
  });

  test('of a subresource has an entry of its own, and cannot send managedFields', () => {
    const sent = {
      ...created,
      immutable: true,
      metadata: { ...created.metadata, managedFields: [{}] },
    };
    const result = write(created, sent, { manager: 'a', second: 1, subresource: 'status' });
    expect(ownersOf(result)[1]).toBe(`a Update status ${at(1)} {"f:immutable":{}}`);
  });
});

describe('managedFields from clients', () => {
  test.each([[[{}]], [[]]])('%j stops tracking until an apply', (managedFields) => {
    const sent = { ...created, metadata: { ...created.metadata, managedFields } };
    const reset = write(created, sent, { manager: 'b', second: 1 });
    expect(reset.metadata).not.toHaveProperty('managedFields');
    const later = write(reset, { ...reset, immutable: true }, { manager: 'b', second: 2 });
    expect(later.metadata).not.toHaveProperty('managedFields');
  });

  test('replace the live ones where they can be read', () => {
    const [entry] = created.metadata.managedFields ?? [];
    const mine = [{ ...entry, manager: 'mine' }];
    const sent = { ...created, metadata: { ...created.metadata, managedFields: mine } };
    expect(ownersOf(write(created, sent, { manager: 'b', second: 1 }))[0]).toMatch(/^mine /);
    const broken = [{ ...entry, fieldsV1: { nonsense: {} } }];
    const other = { ...created, metadata: { ...created.metadata, managedFields: broken } };
    expect(ownersOf(write(created, other, { manager: 'b', second: 1 }))).toEqual(ownersOf(created));
  });
});

test('beyond ten updating managers the oldest become `ancient-changes`', () => {
  let object = write(undefined, secret({ data: { m0: 'x' } }), { manager: 'm0', second: 0 });
  for (let index = 1; index <= 11; index += 1) {
    const data = { ...(object['data'] as object), [`m${index}`]: 'x' };
    object = write(object, { ...object, data }, { manager: `m${index}`, second: index });
  }
  const owners = ownersOf(object);
  expect(owners).toHaveLength(10);
  expect(owners[0]).toBe(
    `ancient-changes Update ${at(2)} {"f:data":{".":{},"f:m0":{},"f:m1":{},"f:m2":{}}}`,
  );
  expect(owners.at(-1)).toBe(`m11 Update ${at(11)} {"f:data":{"f:m11":{}}}`);
});

test('structures that Kubernetes always has belong to nobody, nor do reset fields', () => {
  const updated = deployment({
    spec: { replicas: 1, strategy: { type: 'x' }, containers: [{ name: 'c' }] },
    status: { replicas: 1 },
  });
  const result = recordUpdate({
    old: undefined,
    updated,
    manager: 'm',
    apiVersion: 'apps/v1',
    now: at(0),
    subresource: '',
    schema: deploymentSchema,
    schemas,
    resetFields: [['status']],
  });
  expect(ownersOf(result)).toEqual([
    `m Update ${at(0)} {"f:spec":{"f:containers":{".":{},"k:{\\"name\\":\\"c\\"}":{".":{},"f:name":{}}},"f:replicas":{},"f:strategy":{"f:type":{}}}}`,
  ]);
});

describe('zero values, which an encoder always writes, belong to nobody:', () => {
  const from = kubernetesSchemas();
  const fieldsOf = (group: string, kind: string, object: JsonObject) => {
    const apiVersion = group === '' ? 'v1' : `${group}/v1`;
    const updated = { apiVersion, kind, metadata: { name: 'x' }, ...object };
    const schema = from.forKind(group, 'v1', kind);
    const by = { manager: 'm', apiVersion, now: at(0), subresource: '', schema, schemas: from };
    const { metadata } = recordUpdate({ ...by, old: undefined, updated });
    return metadata.managedFields?.[0]?.['fieldsV1'];
  };

  test('times and texts of an Event', () => {
    const times = { eventTime: null, firstTimestamp: null, lastTimestamp: null };
    const reporting = { reportingComponent: '', reportingInstance: '' };
    const event = {
      ...times,
      ...reporting,
      source: {},
      involvedObject: { name: 's' },
      reason: 'R',
    };
    expect(fieldsOf('', 'Event', event)).toEqual({ 'f:involvedObject': {}, 'f:reason': {} });
  });

  test('no rules of a Role, but an empty list of them', () => {
    const group = 'rbac.authorization.k8s.io';
    expect(fieldsOf(group, 'Role', { rules: null })).toBeUndefined();
    expect(fieldsOf(group, 'Role', { rules: [] })).toEqual({ 'f:rules': {} });
  });
});

test('a write to scale has an entry without a time', () => {
  const common = { manager: 'm', apiVersion: 'apps/v1', now: at(1), schema: deploymentSchema };
  const old = stored(deployment({ spec: { replicas: 1 } }));
  const updated = stored(deployment({ spec: { replicas: 2 } }));
  const before = recordUpdate({
    ...common,
    old: undefined,
    updated: old,
    schemas,
    subresource: '',
  });
  const result = recordUpdate({
    ...common,
    old: stored(before),
    updated,
    schemas,
    subresource: 'scale',
  });
  expect(ownersOf(result)).toEqual(['m Update scale {"f:spec":{"f:replicas":{}}}']);
});

test('a write that changes times alone keeps the old ones', () => {
  const entries = created.metadata.managedFields ?? [];
  const managedFields = entries.map((entry) => ({ ...entry, time: at(9) }));
  const later = { ...created, metadata: { ...created.metadata, managedFields } };
  expect(withoutNewTimes(created, later)).toEqual(created);
  expect(withoutNewTimes(created, { ...later, immutable: true })).toEqual({
    ...later,
    immutable: true,
  });
});
