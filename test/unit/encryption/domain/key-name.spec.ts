import { describe, expect, it } from 'vitest';
import {
  madeKeyId,
  nextKeyId,
  numberOf,
  sourceOf,
} from '../../../../src/encryption/domain/key-name.js';

describe('the id of a key', () => {
  it('tells its source, whether the source made it or is it', () => {
    expect(sourceOf(madeKeyId('embedded', 3))).toBe('embedded');
    expect(sourceOf('2026-key')).toBe('2026-key');
    expect(numberOf('embedded.12')).toBe(12);
    expect(numberOf('2026-key')).toBe(0);
  });

  it.each([
    [[], 'a.1'],
    [['a.1'], 'a.2'],
    [['a.2', 'a.10', 'b.30'], 'a.11'],
    [['a', 'aa.4'], 'a.1'],
  ])('after %j is %s', (known, next) => {
    expect(nextKeyId('a', known)).toBe(next);
  });
});
