import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { shownValues } from '../../../../src/secrets/domain/shown-values.js';

const value = SecretValue.fromBytes(new Uint8Array());
const data = new Map([
  ['a', value],
  ['b', value],
]);

it('has the values that are shown, and holds no others', () => {
  expect([...shownValues(data, ['b', 'none']).keys()]).toEqual(['b']);
  expect(shownValues(data, [])).toEqual(new Map());
  expect(shownValues(data, 'all')).toBe(data);
});
