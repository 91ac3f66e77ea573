import { expect, it } from 'vitest';
import { earlierFault } from '../../../../../src/audit/log/domain/log-fault.js';

const at = (reason: string, from: number, to = from) => ({ reason, from, to });

it.each([
  ['one alone', at('a', 3), undefined, at('a', 3)],
  ['the other alone', undefined, at('b', 3), at('b', 3)],
  ['none', undefined, undefined, undefined],
  ['the one that is before', at('a', 0, 4), at('b', 7), at('a', 0, 4)],
  ['the other that is before', at('a', 5, 9), at('b', 2), at('b', 2)],
  ['the one, as exactly as the other', at('a', 0, 9), at('b', 7), at('a', 7)],
])('%s', (_what, one, other, wanted) => {
  expect(earlierFault(one, other)).toEqual(wanted);
});
