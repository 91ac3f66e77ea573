import { beforeEach, expect, it } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { RefusedWrites } from '../../../../src/custom-resources/domain/refused-writes.js';

const { refusedRetryMsMin, refusedRetryMsMax } = backgroundLimits;

let nowMs: number;
let refused: RefusedWrites<string>;

beforeEach(() => {
  nowMs = 0;
  refused = new RefusedWrites({ monotonicMs: () => nowMs });
});

it('delays the same write, and no other', () => {
  refused.note('import', 'write', 'TargetForbidden');
  expect(refused.problemOf('import', 'write')).toBe('TargetForbidden');
  expect(refused.problemOf('import', 'another write')).toBeUndefined();
  expect(refused.problemOf('another import', 'write')).toBeUndefined();
  nowMs = refusedRetryMsMin;
  expect(refused.problemOf('import', 'write')).toBeUndefined();
});

it('doubles the pause with each refusal, up to a bound', () => {
  const pauses: number[] = [];
  for (let count = 0; count < 12; count += 1) {
    refused.note('import', 'write', 'TargetRefused');
    const sinceMs = nowMs;
    while (refused.problemOf('import', 'write') !== undefined) nowMs += 500;
    pauses.push(nowMs - sinceMs);
  }
  expect(pauses.slice(0, 2)).toEqual([refusedRetryMsMin, 2 * refusedRetryMsMin]);
  expect(pauses.slice(-2)).toEqual([refusedRetryMsMax, refusedRetryMsMax]);
});

it('begins with the shortest pause after another write, or after a success', () => {
  for (const again of [
    () => refused.note('import', 'another write', 'TargetRefused'),
    () => {
      refused.forget('import');
      refused.note('import', 'another write', 'TargetRefused');
    },
  ]) {
    refused.note('import', 'write', 'TargetRefused');
    refused.note('import', 'write', 'TargetRefused');
    again();
    nowMs += refusedRetryMsMin;
    expect(refused.problemOf('import', 'another write')).toBeUndefined();
  }
});
