import { expect, it } from 'vitest';
import {
  isNoNewer,
  isReplacedState,
  replacedResourceVersion,
} from '../../../../src/versions/domain/resource-version.js';

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

it('tells states that never were in the cluster from those that were', () => {
  expect(isReplacedState(replacedResourceVersion('4711'))).toBe(true);
  expect(isReplacedState('4711')).toBe(false);
});
