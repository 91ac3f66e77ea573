import { expect, it } from 'vitest';
import {
  deliveryIn,
  fieldManagerOf,
  provenanceAnnotation,
  provenanceIn,
  statesCopyOf,
} from '../../../../../src/shares/copies/domain/provenance.js';

const provenance = { import: 'pay-db', shareUID: 's', keys: ['password'], delivery: 'd1' };
const annotations = { ...provenanceAnnotation('u1', provenance), other: 'x' };

it('each import has a field manager and an annotation of its own', () => {
  expect(fieldManagerOf('u1')).toBe('sallyport-import-u1');
  expect(Object.keys(provenanceIn(annotations))).toEqual(['import.sallyport.dev/u1']);
});

it('a Secret states which delivery created it', () => {
  expect(deliveryIn(annotations, 'u1')).toBe('d1');
  expect(deliveryIn(annotations, 'u2')).toBeUndefined();
});

it('a Secret states which keys are copies', () => {
  expect(statesCopyOf(annotations, ['user', 'password'])).toBe(true);
  expect(statesCopyOf(annotations, ['user'])).toBe(false);
  expect(statesCopyOf({ other: 'x' }, ['password'])).toBe(false);
});

it.each(['{', '[]', 'null', '{"keys":"password"}', ''])(
  'an annotation that cannot be read is about any key: %s',
  (text) => {
    const forged = { 'import.sallyport.dev/u1': text };
    expect(statesCopyOf(forged, ['password'])).toBe(true);
    expect(deliveryIn(forged, 'u1')).toBeUndefined();
  },
);
