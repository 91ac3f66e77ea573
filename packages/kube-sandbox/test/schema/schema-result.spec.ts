import { describe, expect, test } from 'vitest';
import { SchemaResult, withoutField } from '../../src/schema/schema-result.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

function resultOf(details: readonly string[]): SchemaResult {
  const result = new SchemaResult();
  for (const detail of details) result.add(withoutField(detail));
  return result;
}

describe('SchemaResult', () => {
  test('tells the same finding once, in the order of the findings', () => {
    const result = resultOf(['b', 'a', 'b']);
    result.merge(resultOf(['a', 'c']));
    expect(result.causes).toEqual(['b', 'a', 'c'].map(withoutField));
  });

  test('tells as many findings as are allowed, and is invalid all the same', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => `${index}`);
    const result = resultOf([]);
    result.merge(resultOf(many));
    expect(result.causes).toHaveLength(bounds.problemsToldMax);
    expect(result.isValid).toBe(false);
  });

  test('tells no more text than allowed, but always the first finding', () => {
    const long = 'x'.repeat(bounds.problemCharactersToldMax);
    expect(resultOf([`${long}a`, `${long}b`]).causes).toEqual([withoutField(`${long}a`)]);
  });
});
