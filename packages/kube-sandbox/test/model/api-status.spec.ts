import { describe, expect, it } from 'vitest';
import { invalid, type StatusCause } from '../../src/model/api-status.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

const kind = { group: '', kind: 'Secret' };
const cause = (field: string, message = 'Required value'): StatusCause => {
  return { reason: 'FieldValueRequired', message, field };
};

describe('what is told of an invalid object', () => {
  it('is each broken rule, once', () => {
    const { code, message, details } = invalid(kind, 'x', [cause('a'), cause('b'), cause('a')]);
    expect([code, message]).toEqual([
      422,
      'Secret "x" is invalid: [a: Required value, b: Required value]',
    ]);
    expect(details?.causes).toEqual([cause('a'), cause('b')]);
  });

  it('is no more than a bounded number of rules', () => {
    const many = Array.from({ length: bounds.problemsToldMax * 3 }, (_, index) =>
      cause(`f${index}`),
    );
    expect(invalid(kind, 'x', many).details?.causes).toHaveLength(bounds.problemsToldMax);
  });

  it('is no more than a bounded text', () => {
    const long = 'x'.repeat(bounds.problemCharactersToldMax);
    const error = invalid(
      kind,
      'x',
      ['a', 'b', 'c'].map((field) => cause(field, long + long)),
    );
    expect(error.details?.causes?.map(({ field }) => field)).toEqual(['a']);
    expect(error.message.length).toBeLessThan(bounds.problemCharactersToldMax + 100);
  });
});
