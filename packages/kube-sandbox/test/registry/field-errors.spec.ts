import { expect, it } from 'vitest';
import {
  duplicate,
  forbiddenField,
  immutable,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../src/registry/field-errors.js';

it.each([
  [required('f'), 'FieldValueRequired', 'Required value'],
  [required('f', 'why'), 'FieldValueRequired', 'Required value: why'],
  [invalidValue('f', 'a"\n', 'why'), 'FieldValueInvalid', 'Invalid value: "a\\"\\n": why'],
  [invalidValue('f', -1, 'why'), 'FieldValueInvalid', 'Invalid value: -1: why'],
  [invalidValue('f', null, 'why'), 'FieldValueInvalid', 'Invalid value: null: why'],
  [invalidValue('f', ['<&>'], ''), 'FieldValueInvalid', 'Invalid value: ["\\u003c\\u0026\\u003e"]'],
  [immutable('f', 'x'), 'FieldValueInvalid', 'Invalid value: "x": field is immutable'],
  [
    notSupported('f', 'x', ['a', '']),
    'FieldValueNotSupported',
    'Unsupported value: "x": supported values: "a", ""',
  ],
  [notSupported('f', 'x', []), 'FieldValueNotSupported', 'Unsupported value: "x"'],
  [tooLong('f', 1), 'FieldValueTooLong', 'Too long: may not be more than 1 byte'],
  [tooLong('f', 2), 'FieldValueTooLong', 'Too long: may not be more than 2 bytes'],
  [tooMany('f', 9, 8), 'FieldValueTooMany', 'Too many: 9: must have at most 8 items'],
  [forbiddenField('f', 'why'), 'FieldValueForbidden', 'Forbidden: why'],
  [duplicate('f', 'x'), 'FieldValueDuplicate', 'Duplicate value: "x"'],
])('%o', (cause, reason, message) => {
  expect(cause).toEqual({ reason, message, field: 'f' });
});
