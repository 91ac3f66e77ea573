import { limits } from '../../../core/limits.js';

/**
 * Returns how many milliseconds a batch waits before it is queued, if this number of entries of its
 * process wait for the sequencer: so that the queue does not grow faster than the log for long.
 */
export function pauseMs(behind: number): number {
  if (behind <= limits.auditQueuedEntriesUnslowed) return 0;
  const share = behind / (2 * limits.auditQueuedEntriesUnslowed);
  return Math.min(limits.auditQueuedPauseMsMax, Math.round(limits.auditQueuedPauseMs * share));
}
