import { describe, expect, it } from 'vitest';
import {
  begunRun,
  changedColumns,
  changedRun,
  columnsOf,
  runOf,
} from '../../../../src/rotation/store/run-rows.js';
import { fullRun, newRun } from './run.builder.js';

describe('a row', () => {
  it('says all of a run', () => {
    expect(runOf(columnsOf(fullRun))).toEqual(fullRun);
    expect(Object.values(columnsOf({ ...fullRun, endedMs: 1 }))).not.toContain(null);
  });

  it('of a new run is due at once, nobody has it, and nothing is known yet', () => {
    expect(begunRun(newRun())).toMatchObject({
      endedMs: null,
      ...{ ...newRun(), state: 'running', step: 'create', epoch: 0, attempts: 0 },
      ...{ dueMs: newRun().startedMs, stepStartedMs: newRun().startedMs, username: null },
    });
  });

  it('takes words that no database likes', () => {
    expect(columnsOf(begunRun(newRun({ reason: 'a\0b' }))).reason).toBe('a\u{fffd}b');
  });
});

describe('a change', () => {
  it('sets the columns that it names, null among them, and no others', () => {
    const change = { step: 'test', problem: null, toVersion: 9, dueMs: 7 } as const;
    expect(changedColumns(fullRun, change, 1)).toEqual({
      step: 'test',
      problem: null,
      to_version: 9,
    });
    expect(changedRun(fullRun, change)).toEqual({ ...fullRun, ...change });
  });

  it.each(['succeeded', 'failed', 'cancelled', 'needsOperator'] as const)(
    'that ends a run has a time and lets go of the lease: %s',
    (state) => {
      const end = { state, holder: null, lease_until_ms: 0 };
      expect(changedColumns(fullRun, { state }, 5)).toEqual({ ...end, ended_ms: 5 });
      expect(changedColumns(fullRun, { state, endedMs: 4 }, 5)).toEqual({ ...end, ended_ms: 4 });
    },
  );

  it('that ends nothing sets no end', () => {
    expect(changedColumns(fullRun, { state: 'running', endedMs: 4 }, 5)).toEqual({
      state: 'running',
    });
  });

  it('with a number that is none is refused before it fails others', () => {
    expect(() => changedColumns(fullRun, { attempts: NaN }, 1)).toThrow(RangeError);
  });
});
