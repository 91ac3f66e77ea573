import { exitCodes, failureOf } from '../exit-code.js';
import { Changes } from './changes.js';
import { type FollowSettings, ValuesFollower } from './follow-values.js';

export interface FollowedChanges {
  /** Its `next` rejects if the gateway refuses the first read. */
  readonly changes: Changes;
  readonly follower: ValuesFollower;
}

/**
 * Prepares to follow values. A gateway that cannot be reached is awaited; so is one that refuses
 * values that were there once. `report` gets a sentence for the first of such failures.
 */
export function followChanges(
  settings: FollowSettings,
  report: (sentence: string) => void,
): FollowedChanges {
  const changes = new Changes();
  let isRead = false;
  const follower = new ValuesFollower(settings, {
    changed: (values) => {
      isRead = true;
      changes.note(values);
    },
    failed: (what, error, isFirst) => {
      const { message, exitCode } = failureOf(error);
      if (!isRead && exitCode !== exitCodes.unreachable) changes.fail(error);
      else if (isFirst) report(`${what}: ${message}`);
    },
  });
  return { changes, follower };
}
