import { expect, it } from 'vitest';
import { isNoNewer } from '../../../../src/versions/domain/resource-version.js';

it.each([
  ['9', '10', true],
  ['10', '10', true],
  ['11', '10', false],
  ['18446744073709551615', '18446744073709551616', true],
  ['abc', 'abc', true],
  ['abc', 'abd', false],
  ['', '1', false],
])('%s is no newer than %s: %s', (version, than, expected) => {
  expect(isNoNewer(version, than)).toBe(expected);
});
