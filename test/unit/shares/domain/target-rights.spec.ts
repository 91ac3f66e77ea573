import { expect, it } from 'vitest';
import { rightsToTarget } from '../../../../src/shares/domain/target-rights.js';

it('an import with a target needs the rights to create and to patch that Secret', () => {
  const right = { group: '', resource: 'secrets', name: 'pay-db' };
  expect(rightsToTarget({ target: { secretName: 'pay-db', type: 'Opaque' } })).toEqual([
    { verb: 'create', ...right },
    { verb: 'patch', ...right },
  ]);
});

it('an import without a target needs none', () => {
  expect(rightsToTarget({})).toEqual([]);
});
