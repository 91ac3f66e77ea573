import { expect, it } from 'vitest';
import { copyTargetOf } from '../../../../../src/shares/copies/domain/copy-target.js';
import { provenanceAnnotation } from '../../../../../src/shares/copies/domain/provenance.js';
import { storedSecret } from '../../../secrets/domain/secret.builder.js';

const provenance = { import: 'pay-db', shareUID: 's', keys: ['password'], delivery: 'd1' };

it('an import sees its own keys and its own delivery', () => {
  const appliedKeys = new Map([
    ['sallyport-import-u1', ['password']],
    ['sallyport-import-u2', ['user']],
  ]);
  const annotations = provenanceAnnotation('u1', provenance);
  const target = copyTargetOf(storedSecret({ appliedKeys, annotations }), 'u1');
  expect([...target.owned]).toEqual(['password']);
  expect([...target.ofOthers]).toEqual(['user']);
  expect(target).toMatchObject({ isManaged: true, delivery: 'd1', isBeingDeleted: false });
});

it('an import that applied nothing owns nothing', () => {
  const target = copyTargetOf(storedSecret({}), 'u1');
  expect(target).toMatchObject({
    owned: new Set(),
    ofOthers: new Set(),
    isManaged: false,
    delivery: undefined,
  });
  expect(target.manager).toBeUndefined();
});

it('an import that applied no key still manages the Secret', () => {
  const appliedKeys = new Map([['sallyport-import-u1', []]]);
  expect(copyTargetOf(storedSecret({ appliedKeys }), 'u1').isManaged).toBe(true);
});
