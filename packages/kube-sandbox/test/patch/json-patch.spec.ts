import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/kube-object.js';
import { applyJsonPatch, jsonPatchWarnings } from '../../src/patch/json-patch.js';

const secret: JsonObject = {
  kind: 'Secret',
  metadata: { labels: { a: 'b', 'x/y': 'z' }, finalizers: ['e.x/a', 'e.x/b'] },
  data: { k: 'dg==' },
};

function patched(...operations: Json[]): JsonObject {
  return applyJsonPatch(secret, operations);
}

describe('operations', () => {
  test.each<[Json, unknown]>([
    [{ op: 'add', path: '/data/n', value: 'dw==' }, { data: { k: 'dg==', n: 'dw==' } }],
    [{ op: 'replace', path: '/data/q', value: 'dw==' }, { data: { k: 'dg==', q: 'dw==' } }],
    [{ op: 'remove', path: '/data/k' }, { data: {} }],
    [{ op: 'move', from: '/data/k', path: '/data/m' }, { data: { m: 'dg==' } }],
    [{ op: 'copy', from: '/data/k', path: '/data/m' }, { data: { k: 'dg==', m: 'dg==' } }],
    [{ op: 'copy', from: '/data/q', path: '/data/m' }, { data: { k: 'dg==', m: null } }],
    [{ op: 'add', path: '/data/k' }, { data: { k: null } }],
    [{ op: 'test', path: '/metadata/labels/x~1y', value: 'z' }, {}],
    [{ op: 'test', path: '/metadata/labels/none' }, {}],
  ])('%j', (operation, expected) => {
    expect(patched(operation)).toEqual({ ...secret, ...(expected as JsonObject) });
  });

  test.each<[Json, string[]]>([
    [{ op: 'add', path: '/metadata/finalizers/-', value: 'c' }, ['e.x/a', 'e.x/b', 'c']],
    [{ op: 'add', path: '/metadata/finalizers/1', value: 'c' }, ['e.x/a', 'c', 'e.x/b']],
    [{ op: 'add', path: '/metadata/finalizers/-3', value: 'c' }, ['c', 'e.x/a', 'e.x/b']],
    [{ op: 'remove', path: '/metadata/finalizers/-1' }, ['e.x/a']],
    [{ op: 'replace', path: '/metadata/finalizers/0', value: 'c' }, ['c', 'e.x/b']],
  ])('in lists: %j', (operation, finalizers) => {
    expect(patched(operation)['metadata']).toMatchObject({ finalizers });
  });

  test('the whole document can be replaced, and the original stays as it was', () => {
    expect(patched({ op: 'replace', path: '', value: { a: 1 } })).toEqual({ a: 1 });
    expect(secret['data']).toEqual({ k: 'dg==' });
  });

  test('null and an empty list change nothing', () => {
    expect(applyJsonPatch(secret, null)).toEqual(secret);
    expect(patched()).toEqual(secret);
  });

  test('`__proto__` is a name like any other', () => {
    const result = patched({ op: 'add', path: '/data/__proto__', value: 'dw==' });
    expect(Object.keys(result['data'] as JsonObject)).toEqual(['k', '__proto__']);
    expect(() => patched({ op: 'remove', path: '/data/constructor' })).toThrow(
      'the server rejected our request due to an error in our request',
    );
  });
});

describe('refusals', () => {
  test.each<Json>([
    { op: 'test', path: '/data/k', value: 'dw==' },
    { op: 'test', path: '/zz/q', value: 'dw==' },
    { op: 'remove', path: '/data/q' },
    { op: 'remove', path: '' },
    { op: 'add', path: '', value: {} },
    { op: 'add', path: 'data', value: 1 },
    { op: 'add', path: '/zz/q', value: 1 },
    { op: 'add', path: '/data/k/x', value: 1 },
    { op: 'add', path: '/metadata/finalizers/9', value: 'c' },
    { op: 'add', path: '/metadata/finalizers/-5', value: 'c' },
    { op: 'add', path: '/metadata/finalizers/x', value: 'c' },
    { op: 'test', path: '/metadata/labels/x~01y', value: 'z' },
    { op: 'move', from: '/data/q', path: '/data/r' },
    { op: 'copy', from: '/zz/q', path: '/data/r' },
    { op: 'copy', from: '/data/k' },
    { op: 'bogus', path: '/data/k' },
    { op: 'replace', path: '', value: 5 },
    { path: '/data/k' },
    null,
  ])('422 for %j, without a word about why', (operation) => {
    const message = 'the server rejected our request due to an error in our request';
    const expected = { code: 422, reason: 'Invalid', message, details: {} };
    expect(() => patched(operation)).toThrow(expect.objectContaining(expected));
  });

  test.each<[Json, string]>([
    [{ op: 'add' }, 'json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['x', 'json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp'],
    [[5], 'json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [
      [{ op: 'add', path: 5 }],
      'json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
    ],
  ])('400 for %j, which is no patch', (patch, why) => {
    const expected = { code: 400, message: `error decoding patch: ${why}` };
    expect(() => applyJsonPatch(secret, patch)).toThrow(expect.objectContaining(expected));
  });

  test('413 for more than 10,000 operations', () => {
    const operations = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind' }));
    const message =
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001';
    const expected = { code: 413, reason: 'RequestEntityTooLarge', message };
    expect(() => patched(...operations)).toThrow(expect.objectContaining(expected));
  });

  test('copies add no more than the API server allows', () => {
    const large: JsonObject = { data: { k: 'x'.repeat(1_000_000) } };
    const copies = (count: number): Json[] =>
      Array.from({ length: count }, (_, index) => {
        return { op: 'copy', from: '/data/k', path: `/data/${index}` };
      });
    const result = applyJsonPatch(large, copies(3))['data'];
    expect(Object.keys(result as JsonObject)).toHaveLength(4);
    const doubling = Array.from({ length: 40 }, (_, index) => {
      return { op: 'copy', from: '/data', path: `/data/${index}` };
    });
    for (const operations of [copies(4), doubling]) {
      expect(() => applyJsonPatch(large, operations)).toThrow(
        expect.objectContaining({ code: 422, reason: 'Invalid', details: {} }),
      );
    }
  });

  test('a long list is not shifted without end', () => {
    const list: JsonObject = { list: Array.from({ length: 100_000 }, () => 1) };
    const first = Array.from({ length: 10_000 }, () => ({ op: 'add', path: '/list/0', value: 1 }));
    const last = first.map((operation) => ({ ...operation, path: '/list/-' }));
    expect(() => applyJsonPatch(list, first)).toThrow(expect.objectContaining({ code: 422 }));
    expect(applyJsonPatch(list, last)['list']).toHaveLength(110_000);
  });

  test('unknown members of operations are warned about', () => {
    const operations = [{ op: 'remove', path: '/data/k', extra: 1 }];
    expect(jsonPatchWarnings(operations)).toEqual(['json patch unknown field "[0].extra"']);
    expect(jsonPatchWarnings(null)).toEqual([]);
  });
});
