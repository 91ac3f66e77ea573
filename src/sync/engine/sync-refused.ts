import type { SyncProblem } from '../domain/sync-outcome.js';

/** A sync that must not go on; nothing was written because of it. */
export class SyncRefused extends Error {
  override readonly name = 'SyncRefused';
  readonly problem: SyncProblem;

  constructor(problem: SyncProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Returns the refusal of a sync for one reason. */
export function refused(
  concerns: SyncProblem['concerns'],
  reason: string,
  message: string,
): SyncRefused {
  return new SyncRefused({ concerns, reason, message });
}
