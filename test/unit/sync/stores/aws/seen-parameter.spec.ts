import { expect, it } from 'vitest';
import { overwrittenBy } from '../../../../../src/sync/stores/aws/seen-parameter.js';

const at = (number: number, second = number) => ({
  number,
  changedAt: `2026-12-02T08:00:0${second}.000Z`,
});
const text = (number: number, second = number) => `${number}@2026-12-02T08:00:0${second}.000Z`;

it.each([
  ['nothing, if the next number was written', 3, [at(1), at(2), at(3)], false, []],
  ['the versions between', 5, [at(1), at(2), at(3), at(4), at(5)], false, [text(3), text(4)]],
  ['nothing that came afterwards', 3, [at(2), at(3), at(4)], false, []],
  [
    'all versions of another parameter',
    3,
    [at(1, 5), at(2, 6), at(3, 7)],
    true,
    [text(1, 5), text(2, 6)],
  ],
  ['nothing of a parameter that was only deleted', 1, [at(1, 5)], true, []],
])('a write over version 2 overwrote %s', (_what, written, history, isRecreated, overwritten) => {
  expect(overwrittenBy(written, at(2), history)).toEqual({ isRecreated, overwritten });
});
