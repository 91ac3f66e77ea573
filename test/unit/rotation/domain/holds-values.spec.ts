import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { holdsValues } from '../../../../src/rotation/domain/holds-values.js';

const mapOf = (values: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(values).map(([key, text]) => [key, SecretValue.fromBytes(Buffer.from(text))]),
  );

describe('a Secret', () => {
  it.each([
    [{ a: 'x', b: 'y' }, { a: 'x' }, true],
    [{ a: 'x', b: 'y' }, { a: 'x', b: 'y' }, true],
    [{ a: 'x', b: 'y' }, { a: 'x', b: 'z' }, false],
    [{ a: 'x' }, { a: 'x', b: 'y' }, false],
    [{ a: 'x' }, {}, true],
  ])('with %j, of %j: %s', (data, values, holds) => {
    expect(holdsValues(mapOf(data), mapOf(values))).toBe(holds);
  });
});
