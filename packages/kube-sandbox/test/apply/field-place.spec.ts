import { expect, test } from 'vitest';
import { FieldPlace } from '../../src/apply/field-place.js';
import { FieldSet } from '../../src/apply/field-set.js';
import { fieldElement } from '../../src/apply/path-element.js';

test('a place is inserted into each set that asks, and nothing else is', () => {
  const [one, other] = [new FieldSet(), new FieldSet()];
  const place = new FieldPlace().child(fieldElement('a')).child(fieldElement('b'));
  place.child(fieldElement('c')).insertInto(one);
  place.child(fieldElement('d')).insertInto(one);
  place.insertInto(other);
  new FieldPlace().insertInto(other);
  expect(one.serialise()).toEqual({ 'f:a': { 'f:b': { 'f:c': {}, 'f:d': {} } } });
  expect(other.serialise()).toEqual({ 'f:a': { 'f:b': {} } });
});
