import { expect, test } from 'vitest';
import type { Json } from '../../src/model/kube-object.js';
import { applyMergePatch } from '../../src/patch/merge-patch.js';

const secret = { kind: 'Secret', data: { k: 'dg==' }, list: [1, 2] };

test.each<[Json, Json]>([
  [{ data: { n: 'dw==' } }, { data: { k: 'dg==', n: 'dw==' } }],
  [{ data: { k: null } }, { data: {} }],
  [{ data: { z: null } }, {}],
  [{ data: 5 }, { data: 5 }],
  [{ list: [3, { a: null, b: 1 }] }, { list: [3, { b: 1 }] }],
  [{ metadata: { labels: { a: null, b: 'c' } } }, { metadata: { labels: { b: 'c' } } }],
  [{}, {}],
])('%j', (patch, expected) => {
  expect(applyMergePatch(secret, patch)).toEqual({ ...secret, ...(expected as object) });
  expect(secret.data).toEqual({ k: 'dg==' });
});

test('null removes a whole member', () => {
  expect(applyMergePatch(secret, { data: null })).not.toHaveProperty('data');
});

test('`__proto__` is a name like any other', () => {
  const result = applyMergePatch(secret, JSON.parse('{"data":{"__proto__":"dw=="}}') as Json);
  expect(JSON.stringify(result['data'])).toBe('{"k":"dg==","__proto__":"dw=="}');
});

test.each<[Json, string]>([
  [null, 'Invalid JSON Patch'],
  [
    5,
    'error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}',
  ],
  [
    [],
    'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  ],
])('400 for %j, which is no object', (patch, message) => {
  const expected = { code: 400, reason: 'BadRequest', message };
  expect(() => applyMergePatch(secret, patch)).toThrow(expect.objectContaining(expected));
});
