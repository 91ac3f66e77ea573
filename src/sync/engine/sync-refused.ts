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
