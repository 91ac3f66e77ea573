import { expect, it } from 'vitest';
import { importSpecOf } from '../../../../src/shares/domain/import-spec.js';
import { anImport } from './sharing.builder.js';

it('a spec has the defaults of the definition', () => {
  expect(anImport({ target: { secretName: 'pay-db' } }).spec).toEqual({
    from: { namespace: 'pay', share: 'db-for-shop' },
    target: { secretName: 'pay-db', type: 'Opaque' },
    repair: false,
  });
});

it.each([
  ['a key twice', [{ name: 'a' }, { name: 'a', as: 'b' }], 'names the same twice'],
  ['two keys under one name', [{ name: 'a', as: 'b' }, { name: 'b' }], 'gives two keys one name'],
])('a spec with %s has a problem and no effect', (_what, keys, problem) => {
  const imported = anImport({ keys });
  expect(imported.spec).toBeUndefined();
  expect(imported.problem).toContain(problem);
});

it('a body that was read loses what a write ignores', () => {
  const { spec } = anImport();
  if (spec === undefined) throw new Error('the spec is valid');
  expect(importSpecOf({ ...spec, state: 'Ready', author: 'jane' })).toEqual(spec);
});
