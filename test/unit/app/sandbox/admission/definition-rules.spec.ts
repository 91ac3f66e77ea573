import { describe, expect, it } from 'vitest';
import { broken, isBlocked } from '../../../../../src/app/sandbox/admission/definition-rules.js';

describe('the rules of a definition', () => {
  it('are reported where they do not hold, with the text that breaks them', () => {
    expect(
      broken(
        'spec',
        { holds: true, message: 'a' },
        { holds: false, message: 'b' },
        { holds: false, message: 'c', text: 'x"y' },
      ),
    ).toEqual([
      { reason: 'FieldValueInvalid', message: 'Invalid value: b', field: 'spec' },
      { reason: 'FieldValueInvalid', message: 'Invalid value: "x\\"y": c', field: 'spec' },
    ]);
  });

  it.each([
    ['FieldValueNotSupported', true],
    ['FieldValueRequired', true],
    ['FieldValueTooLong', true],
    ['FieldValueTooMany', true],
    ['FieldValueTypeInvalid', true],
    ['FieldValueDuplicate', false],
    ['FieldValueInvalid', false],
  ])('are not checked after %s: %s', (reason, expected) => {
    expect(isBlocked([{ reason, message: '', field: '' }])).toBe(expected);
    expect(isBlocked([])).toBe(false);
  });
});
