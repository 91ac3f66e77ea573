import { expect, it } from 'vitest';
import { toldByPatch } from '../../../../../src/kubectl/domain/forward/told-by-patch.js';

it.each([
  ['metadata alone', [], ['*', 'a', 'b'], ['*', 'a', 'b']],
  ['metadata alone, where no key is known', [], [], ['*']],
  ['metadata alone, where nothing is', [], undefined, ['*']],
  ['all values', ['a', 'b', 'c'], ['*', 'a'], ['a', 'b', 'c']],
  ['what was applied last', ['c'], ['a'], ['a', 'c']],
])('a patch that reads tells of its keys where its answer is %s', (_what, keys, touched, told) => {
  const secret = { namespace: 'pay', name: 'db', keys };
  expect(toldByPatch([secret], touched)).toEqual([{ ...secret, keys: told }]);
});

it('tells nothing where no Secret is shown', () => {
  expect(toldByPatch([], ['a'])).toEqual([]);
});
