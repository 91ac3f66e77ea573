import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/kube-object.js';
import { applyStrategicMergePatch } from '../../src/patch/strategic-merge-patch.js';
import { deployment, deploymentSchema, schemas, secret, secretSchema } from '../apply/schemas.js';

const metadata = { labels: { a: 'b' }, finalizers: ['e.x/a', 'e.x/b'] };
const live = secret({ metadata, data: { k: 'dg==' } });
const workload = deployment({
  spec: {
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '1' } },
    containers: [
      { name: 'c1', image: 'i1', args: ['x'], env: [{ name: 'E', value: '1' }] },
      { name: 'c2', image: 'i2' },
    ],
  },
});

function patched(patch: Json): JsonObject {
  return applyStrategicMergePatch(live, patch, secretSchema, schemas);
}

function spec(patch: JsonObject): JsonObject {
  const result = applyStrategicMergePatch(workload, { spec: patch }, deploymentSchema, schemas);
  return result['spec'] as JsonObject;
}

describe('objects', () => {
  test.each<[JsonObject, Json]>([
    [{ k: null }, {}],
    [{ z: null }, { k: 'dg==' }],
    [{ n: 'dw==' }, { k: 'dg==', n: 'dw==' }],
    [{ $patch: 'replace', z: 'YQ==' }, { z: 'YQ==' }],
    [{ $patch: 'delete' }, {}],
  ])('data: %j', (data, expected) => {
    expect(patched({ data })['data']).toEqual(expected);
  });

  test('null changes nothing, and inputs stay as they were', () => {
    expect(patched(null)).toEqual(live);
    const patch = { metadata: { $retainKeys: ['name'] } };
    expect(patched(patch)['metadata']).toEqual({ name: 's' });
    expect(patch).toEqual({ metadata: { $retainKeys: ['name'] } });
    expect(live.metadata.labels).toEqual({ a: 'b' });
  });

  test('$retainKeys drops what is not listed', () => {
    const result = spec({ strategy: { $retainKeys: ['type'], type: 'Recreate' } });
    expect(result['strategy']).toEqual({ type: 'Recreate' });
  });
});

describe('lists', () => {
  test.each<[JsonObject, string[]]>([
    [{ finalizers: ['e.x/c'] }, ['e.x/c', 'e.x/a', 'e.x/b']],
    [{ finalizers: [] }, ['e.x/a', 'e.x/b']],
    [{ '$deleteFromPrimitiveList/finalizers': ['e.x/a'] }, ['e.x/b']],
    [{ '$setElementOrder/finalizers': ['e.x/b', 'e.x/a'] }, ['e.x/b', 'e.x/a']],
  ])('of scalars: %j', (patch, finalizers) => {
    expect(patched({ metadata: patch })['metadata']).toMatchObject({ finalizers });
  });

  test('of objects merge by their key, in the order of $setElementOrder', () => {
    const env = [{ name: 'F', value: '2' }];
    const result = spec({
      '$setElementOrder/containers': [{ name: 'c2' }, { name: 'c1' }],
      containers: [{ name: 'c1', image: 'i9', env }],
    });
    expect(result['containers']).toEqual([
      { name: 'c2', image: 'i2' },
      { name: 'c1', image: 'i9', args: ['x'], env: [...env, { name: 'E', value: '1' }] },
    ]);
  });

  test('elements are deleted, and lists replaced, by $patch', () => {
    const deleted = spec({ containers: [{ name: 'c1', $patch: 'delete' }] });
    expect(deleted['containers']).toEqual([{ name: 'c2', image: 'i2' }]);
    const replaced = spec({ containers: [{ $patch: 'replace' }, { name: 'c3' }] });
    expect(replaced['containers']).toEqual([{ name: 'c3' }]);
  });

  test('long lists merge, and lose elements, in a time that grows with their length', () => {
    const owners = (first: number) =>
      Array.from({ length: 50_000 }, (_, index) => ({ uid: `u${first + index}`, name: 'n' }));
    const object = { ...live, metadata: { ...live.metadata, ownerReferences: owners(0) } };
    const merged = (ownerReferences: JsonObject[]): JsonObject => {
      const patch = { metadata: { ownerReferences } };
      return applyStrategicMergePatch(object, patch, secretSchema, schemas);
    };
    const all = merged(owners(25_000));
    expect(all['metadata']).toMatchObject({ ownerReferences: { length: 75_000 } });
    const left = merged(owners(25_000).map(({ uid }) => ({ uid, $patch: 'delete' })));
    expect(left['metadata']).toMatchObject({ ownerReferences: owners(0).slice(0, 25_000) });
  });

  test('elements of the patch with one key become one, and the first of the list is merged', () => {
    const env = [{ name: 'E', value: '1' }];
    const result = spec({
      containers: [
        { name: 'c3', env },
        { name: 'c3', image: 'i3' },
      ],
    });
    expect(result['containers']).toMatchObject([{ name: 'c3', env, image: 'i3' }, {}, {}]);
  });

  test('atomic lists are replaced', () => {
    const result = spec({ containers: [{ name: 'c1', args: ['y', 'z'] }] });
    expect(result['containers']).toMatchObject([{ name: 'c1', args: ['y', 'z'] }, { name: 'c2' }]);
  });
});

describe('refusals', () => {
  const type = 'into Go value of type map[string]interface {}';

  test.each<[Json, number, string]>([
    [5, 400, `json: cannot unmarshal number ${type}`],
    [[], 400, `json: cannot unmarshal array ${type}`],
    [{ metadata: { $retainKeys: 'name' } }, 400, 'invalid patch format of retainKeys'],
    [
      { metadata: { $retainKeys: ['name'], labels: { z: 'z' } } },
      400,
      'invalid patch format of retainKeys',
    ],
    [
      { metadata: { $deleteFromPrimitiveList: ['a'] } },
      400,
      'invalid patch format of primitive list',
    ],
    [
      { metadata: { $setElementOrder: ['a'] } },
      400,
      'invalid patch format of setElementOrder list',
    ],
    [
      { metadata: { '$setElementOrder/finalizers': 'x' } },
      500,
      'expected a []interface {}, but received a string',
    ],
    [
      { metadata: { '$setElementOrder/zork': ['x'] } },
      500,
      'unable to find api field in struct ObjectMeta for the json field "zork"',
    ],
    [
      { data: { '$setElementOrder/zork': ['x'] } },
      500,
      'merging an object in json but data type is not struct, instead is: map',
    ],
    [{ metadata: { ownerReferences: [{ $patch: 'zz' }] } }, 500, 'unknown patch type: zz'],
  ])('%j: %i', (patch, code, message) => {
    const owned = { ...metadata, ownerReferences: [{ uid: 'u' }] };
    const object = { ...live, metadata: { ...live.metadata, ...owned } };
    expect(() => applyStrategicMergePatch(object, patch, secretSchema, schemas)).toThrow(
      expect.objectContaining({ code, message }),
    );
  });

  test('values never reach a message', () => {
    const patch = { data: { $patch: 'zz', password: 'aHVudGVyMg==' } };
    expect(() => patched(patch)).toThrow(
      expect.objectContaining({ message: 'unknown patch type: zz' }),
    );
    const unordered = {
      '$setElementOrder/containers': [{ name: 'c1' }],
      containers: [{ name: 'c9', image: 'hunter2' }],
    };
    expect(() => spec(unordered)).toThrow(/^(?!.*hunter2)/);
  });
});
