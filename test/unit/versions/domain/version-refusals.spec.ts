import { expect, test } from 'vitest';
import type { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import {
  destroyed,
  historyNotFound,
  isCurrent,
  isRetired,
  notCurrent,
  nothingCurrent,
  stateRefusal,
  versionNotFound,
} from '../../../../src/versions/domain/version-refusals.js';

const ref = { namespace: 'pay', name: 'db' };
const told = ({ code, status, message, members }: SallyportError) => ({
  ...{ code, status, message, members },
});

test('a deleted version is told of to who may see versions; to others it is not there', () => {
  const row = { version: 3, state: 'deleted' } as const;
  const known = stateRefusal(ref, row, true);
  expect(known && told(known)).toMatchObject({ status: 404, members: { state: 'deleted' } });
  const hidden = stateRefusal(ref, row, false);
  expect(hidden && told(hidden)).toEqual(told(versionNotFound(ref, '3')));
});

test('a live version is refused nobody, a destroyed one everybody', () => {
  expect(stateRefusal(ref, { version: 3, state: 'live' }, false)).toBeUndefined();
  const refusal = stateRefusal(ref, { version: 3, state: 'destroyed' }, false);
  expect(refusal?.status).toBe(410);
});

test.each([
  [notCurrent({ current: 7, expected: 5 }, 412), 412, 'the current version is 7, not 5'],
  [
    notCurrent({ current: 7, expected: undefined }, 409),
    409,
    'the current version is 7, not the one that was named',
  ],
  [
    notCurrent({ current: undefined, expected: 5 }, 412),
    412,
    'the current version is not known yet, not 5',
  ],
  [nothingCurrent(ref, 5, 412), 412, 'secrets "db" is deleted, and so no version 5 of it'],
  [nothingCurrent(ref, undefined, 409), 409, 'secrets "db" is deleted'],
])('a conflict names what is and what was meant', (error, status, message) => {
  expect(told(error)).toMatchObject({ code: 'Conflict', status, message });
});

test.each([
  [destroyed(ref, 3), 'Destroyed', 410],
  [isCurrent(ref, 3), 'Conflict', 409],
  [isRetired(ref, 3), 'Conflict', 409],
  [historyNotFound(ref), 'NotFound', 404],
  [versionNotFound(ref, 'good'), 'NotFound', 404],
])('%s', (error, code, status) => {
  expect(told(error)).toMatchObject({ code, status });
  expect(error.message).toContain('"db"');
});
