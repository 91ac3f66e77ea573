import type { SyncRules } from '../domain/plan-sync.js';
import type { RemoteState } from '../domain/remote-store.js';
import type { Remembered } from '../domain/sync-memory.js';

/**
 * Returns the rules of a sync without a take-over that was carried out: if the other sync has the
 * secret again, each would take it from the other for ever.
 */
export function onceTakenOver(
  rules: SyncRules,
  { tookOver }: Pick<Remembered, 'tookOver'>,
): SyncRules {
  const isDone = tookOver !== undefined && tookOver === rules.takeOverFrom;
  return isDone ? { ...rules, takeOverFrom: undefined } : rules;
}

/** Returns what is remembered once the spec does not demand the take-over any more. */
export function withoutOtherTakeOver(
  { takeOverFrom }: Pick<SyncRules, 'takeOverFrom'>,
  before: Remembered,
): Remembered {
  const isOther = before.tookOver !== undefined && before.tookOver !== takeOverFrom;
  return isOther ? { ...before, tookOver: undefined } : before;
}

/** Returns what is remembered after the store has the mark of the sync. */
export function afterTakeOver(
  { direction, takeOverFrom }: Pick<SyncRules, 'direction' | 'takeOverFrom'>,
  remote: RemoteState,
  now: Remembered,
): Remembered {
  const mark = remote.kind === 'absent' ? undefined : remote.mark;
  const isTaken = direction !== 'pull' && typeof mark === 'object' && mark.syncUid === takeOverFrom;
  return isTaken ? { ...now, tookOver: takeOverFrom } : now;
}
