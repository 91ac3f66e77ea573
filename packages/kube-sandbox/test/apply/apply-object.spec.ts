import { describe, expect, test } from 'vitest';
import { applyObject } from '../../src/apply/apply-object.js';
import type { AppliedConfiguration } from '../../src/apply/apply-object.js';
import { recordUpdate } from '../../src/apply/managed-fields.js';
import type { ApiStatusError } from '../../src/model/api-status.js';
import type { Json, KubeObject } from '../../src/model/kube-object.js';
import { bounds } from '../../src/store/sandbox-bounds.js';
import {
  deployment,
  deploymentSchema,
  ownersOf,
  schemas,
  secret,
  secretSchema,
  stored,
  thrownBy,
} from './schemas.js';

const now = '2026-11-25T14:00:09Z';
const before = '2026-11-25T14:00:01Z';

function apply(
  live: KubeObject | undefined,
  applied: KubeObject,
  more: Partial<AppliedConfiguration> = {},
): KubeObject {
  const isSecret = applied.kind === 'Secret';
  const result = applyObject({
    live,
    applied,
    manager: 'one',
    force: false,
    apiVersion: isSecret ? 'v1' : 'apps/v1',
    now,
    subresource: '',
    schema: isSecret ? secretSchema : deploymentSchema,
    schemas,
    ...more,
  });
  return stored(result);
}

function edit(old: KubeObject, updated: KubeObject, manager = 'kubectl-edit'): KubeObject {
  const isSecret = old.kind === 'Secret';
  const schema = isSecret ? secretSchema : deploymentSchema;
  const apiVersion = old.apiVersion;
  const common = { manager, apiVersion, now: before, subresource: '', schema, schemas };
  return recordUpdate({ old, updated, ...common });
}

const config = secret({ metadata: { labels: { l: '1' } }, data: { j: 'a', k: 'a' } });
const first = apply(undefined, config, { now: before });
const ofOne = '{"f:data":{"f:j":{},"f:k":{}},"f:metadata":{"f:labels":{"f:l":{}}}}';

describe('an apply', () => {
  test('creates, and owns the leaves of what it sent', () => {
    expect(first).toMatchObject(config);
    expect(ownersOf(first)).toEqual([`one Apply ${before} ${ofOne}`]);
  });

  test('of the same again changes nothing, not even a time', () => {
    expect(apply(first, config)).toEqual(first);
  });

  test('by a second manager shares equal values, and has no time while it changes nothing', () => {
    const shared = apply(first, secret({ data: { k: 'a' } }), { manager: 'two' });
    expect(ownersOf(shared)).toEqual([
      'two Apply {"f:data":{"f:k":{}}}',
      `one Apply ${before} ${ofOne}`,
    ]);
    const more = apply(shared, secret({ data: { k: 'a', m: 'b' } }), { manager: 'two' });
    expect(more['data']).toEqual({ j: 'a', k: 'a', m: 'b' });
    expect(ownersOf(more)[1]).toBe(`two Apply ${now} {"f:data":{"f:k":{},"f:m":{}}}`);
  });

  test('removes what it applied before and nobody else owns', () => {
    const shared = apply(first, secret({ data: { k: 'a' } }), { manager: 'two' });
    const less = apply(shared, secret({ data: {} }));
    expect(less['data']).toEqual({ k: 'a' });
    expect(less.metadata).not.toHaveProperty('labels');
    expect(ownersOf(less)).toEqual([
      'two Apply {"f:data":{"f:k":{}}}',
      `one Apply ${now} {"f:data":{}}`,
    ]);
  });

  test('keeps what others own, and leaves the list of owners with nothing left', () => {
    const edited = edit(first, { ...first, data: { j: 'a', k: 'a', x: 'y' } });
    const gone = apply(edited, secret());
    expect(gone['data']).toEqual({ x: 'y' });
    expect(ownersOf(gone)).toEqual([`kubectl-edit Update ${before} {"f:data":{"f:x":{}}}`]);
  });

  test('of an untracked object leaves its fields to before-first-apply', () => {
    const live = stored(secret({ data: { k: 'a' } }));
    const result = apply(live, secret({ metadata: { labels: { q: 'q' } } }));
    expect(ownersOf(result)).toEqual([
      `one Apply ${now} {"f:metadata":{"f:labels":{"f:q":{}}}}`,
      `before-first-apply Update ${now} {"f:data":{".":{},"f:k":{}}}`,
    ]);
  });

  test('merges sets in its own order, with others where they were', () => {
    const live = apply(undefined, secret({ metadata: { finalizers: ['b', 'a'] } }));
    const two = { manager: 'two' };
    const merged = apply(live, secret({ metadata: { finalizers: ['c', 'a'] } }), two);
    expect(merged.metadata.finalizers).toEqual(['b', 'c', 'a']);
    expect(apply(merged, secret()).metadata.finalizers).toEqual(['c', 'a']);
  });
});

describe('conflicts', () => {
  const edited = edit(first, { ...first, data: { j: 'b', k: 'a' } });

  test('with one manager about one field', () => {
    const changed = secret({ data: { j: 'c' } });
    expect(thrownBy(() => apply(edited, changed))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.j',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "kubectl-edit" using v1',
            field: '.data.j',
          },
        ],
      },
    });
  });

  test('with several managers, sorted', () => {
    const changed = secret({ data: { j: 'c', k: 'c' } });
    const error = thrownBy(() => apply(edited, changed, { manager: 'two' }));
    expect(error).toHaveProperty(
      'message',
      'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.j\nconflicts with "one":\n- .data.k',
    );
  });

  test('do not name values, but list elements by their keys and subresources', () => {
    const live = apply(
      undefined,
      deployment({ spec: { containers: [{ name: 'c1', image: 'i1' }] } }),
      {
        manager: 'scaler',
        subresource: 'scale',
      },
    );
    const other = deployment({ spec: { containers: [{ name: 'c1', image: 'i2' }] } });
    expect(thrownBy(() => apply(live, other))).toHaveProperty(
      'message',
      'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale": .spec.containers[name="c1"].image',
    );
  });

  test('are taken by force', () => {
    const forced = apply(edited, secret({ data: { j: 'c', k: 'a' } }), { force: true });
    expect(forced['data']).toEqual({ j: 'c', k: 'a' });
    expect(ownersOf(forced)).toEqual([`one Apply ${now} {"f:data":{"f:j":{},"f:k":{}}}`]);
  });

  test('are none for kubectl where its last-applied annotation still holds', () => {
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const last = JSON.stringify(secret({ data: { k: 'a' } }));
    const metadata = { name: 's', annotations: { [name]: last } };
    const live = edit(stored(secret()), stored(secret({ metadata, data: { k: 'a' } })), 'x');
    const untracked = { ...live, metadata: { ...live.metadata } };
    delete untracked.metadata.managedFields;
    const result = apply(untracked, secret({ data: { k: 'c<' } }), { manager: 'kubectl' });
    expect(result['data']).toEqual({ k: 'c<' });
    expect(result.metadata.annotations?.[name]).toBe(
      '{"apiVersion":"v1","data":{"k":"c\\u003c"},"kind":"Secret","metadata":{"name":"s"}}\n',
    );
    const other = { manager: 'helm' };
    expect(thrownBy(() => apply(untracked, secret({ data: { k: 'c' } }), other))).toMatchObject({
      code: 409,
    });
  });
});

describe('keyed lists', () => {
  const container = { name: 'c1', image: 'i1', ports: [{ containerPort: 80 }] };
  const spec = { replicas: 2, containers: [container, { name: 'c2', image: 'i2' }] };
  const live = apply(undefined, deployment({ spec }), { now: before });

  test('merge by key and keep the order of both sides', () => {
    const env = [{ name: 'G', value: '1' }];
    const containers = [
      { name: 'c3', image: 'x' },
      { name: 'c1', env },
    ];
    const merged = apply(live, deployment({ spec: { containers } }), { manager: 'two' });
    expect(merged['spec']).toMatchObject({
      replicas: 2,
      containers: [{ name: 'c3' }, { ...container, env }, { name: 'c2' }],
    });
    const less = { spec: { replicas: 2, containers: [{ name: 'c1', image: 'i1' }] } };
    const pruned = apply(merged, deployment(less));
    expect(pruned['spec']).toEqual({
      replicas: 2,
      containers: [
        { name: 'c3', image: 'x' },
        { name: 'c1', image: 'i1', env },
      ],
    });
  });

  test('status belongs to nobody where it is reset', () => {
    const applied = deployment({ spec, status: { replicas: 4 } });
    const result = apply(live, applied, { resetFields: [['status']] });
    expect(ownersOf(result)[0]).not.toContain('f:status');
  });
});

describe('refusals', () => {
  const place = 'failed to create typed patch object (/s; /v1, Kind=Secret)';

  test('422 without a field manager', () => {
    expect(thrownBy(() => apply(first, config, { manager: '' }))).toMatchObject({
      code: 422,
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      details: { group: 'meta.k8s.io', kind: 'PatchOptions' },
    });
  });

  test.each([
    [{ ...config, kind: 'ConfigMap' }, 'invalid object type: /v1, Kind=ConfigMap'],
    [{ ...config, apiVersion: 'v2' }, 'invalid object type: /v2, Kind=Secret'],
    [{ ...config, apiVersion: '', kind: '' }, 'invalid object type: /, Kind='],
    [secret({ metadata: { managedFields: [] } }), 'metadata.managedFields must be nil'],
  ])('400: %#', (applied, message) => {
    const more = { apiVersion: 'v1', kind: 'Secret', schema: secretSchema };
    expect(thrownBy(() => apply(first, applied, more))).toMatchObject({ code: 400, message });
  });

  test('of many misfits and conflicts the first are told', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `k${index}`);
    const data = (value: Json) => Object.fromEntries(names.map((name) => [name, value]));
    const misfit = thrownBy(() => apply(first, secret({ data: data(5) }))) as ApiStatusError;
    expect(misfit.message.split('expected string')).toHaveLength(bounds.problemsToldMax + 1);
    const owned = apply(undefined, secret({ data: data('YQ==') }));
    const other = secret({ data: data('Yg==') });
    const conflict = thrownBy(() => apply(owned, other, { manager: 'two' })) as ApiStatusError;
    expect(conflict.details?.causes).toHaveLength(bounds.problemsToldMax);
  });

  test.each<[Partial<KubeObject>, string]>([
    [{ foo: 1 }, '.foo: field not declared in schema'],
    [{ data: { k: 5 } }, '.data.k: expected string'],
    [{ data: 'aHVudGVyMg==' }, '.data: expected map'],
    [
      { metadata: { finalizers: ['a', 'a'] } },
      '.metadata.finalizers: duplicate entries for key [="a"]',
    ],
  ])('500, as from the API server, but without values: %j', (members, why) => {
    expect(thrownBy(() => apply(first, secret(members)))).toMatchObject({
      code: 500,
      reason: '',
      message: `${place}: ${why}`,
    });
  });
});
