import { expect, it } from 'vitest';
import { planJsonPatch } from '../../../../src/secrets/domain/json-patch.js';
import { planMergePatch } from '../../../../src/secrets/domain/merge-patch.js';
import { isOfKeysOnly } from '../../../../src/secrets/domain/patch-reach.js';

const ref = { namespace: 'pay', name: 'db' };

it.each<[object, boolean]>([
  [{ stringData: { a: 'x', b: null } }, true],
  [{ data: { a: 'eA==' }, resourceVersion: '7' }, true],
  [{ stringData: { a: 'x' }, labels: { l: 'x' } }, false],
  [{ annotations: { 'example.com/a': null } }, false],
  [{ stringData: { a: 'x' }, immutable: true }, false],
  [{ type: 'Opaque' }, false],
])('a merge patch %j reaches keys only: %s', (body, isOfKeys) => {
  expect(isOfKeysOnly(planMergePatch(body, ref).patch)).toBe(isOfKeys);
});

it.each<[object[], boolean]>([
  [[{ op: 'add', path: '/stringData/a', value: 'x' }], true],
  [[{ op: 'move', from: '/data/a', path: '/stringData/b' }], true],
  [[{ op: 'test', path: '/data/a', value: 'eA==' }], true],
  [
    [
      { op: 'remove', path: '/data/a' },
      { op: 'remove', path: '/labels/a' },
    ],
    false,
  ],
  [[{ op: 'test', path: '/annotations/a', value: 'x' }], false],
])('a JSON patch %j reaches keys only: %s', (body, isOfKeys) => {
  expect(isOfKeysOnly(planJsonPatch(body).patch)).toBe(isOfKeys);
});

it('knows whole maps from keys in them', () => {
  const operations = [{ op: 'add', path: '/data', value: {} }];
  expect(isOfKeysOnly({ kind: 'json', operations })).toBe(false);
  expect(isOfKeysOnly({ kind: 'merge', document: { metadata: { labels: {} } } })).toBe(false);
});
