import { describe, expect, it } from 'vitest';
import { pauseMs } from '../../../../../src/audit/queue/domain/pause.js';
import { limits } from '../../../../../src/core/limits.js';

const UNSLOWED = limits.auditQueuedEntriesUnslowed;

/** Guarantee: a process that queues faster than the sequencer integrates is slowed. */
describe('a batch', () => {
  it('does not wait while few entries of its process are queued', () => {
    expect([0, 1, UNSLOWED].map(pauseMs)).toEqual([0, 0, 0]);
  });

  it('waits longer the more entries are queued, and less than an event may wait', () => {
    expect([UNSLOWED + 1, 2 * UNSLOWED, 4 * UNSLOWED].map(pauseMs)).toEqual([100, 200, 400]);
    expect(pauseMs(limits.auditQueuedEntriesMax)).toBe(limits.auditQueuedPauseMsMax);
    expect(limits.auditQueuedPauseMsMax).toBeLessThan(limits.auditWaitMsMax);
  });
});
