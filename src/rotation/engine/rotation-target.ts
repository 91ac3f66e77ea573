import type { CallContext } from '../../core/call-context.js';
import type { ChosenUsers } from '../domain/choose-users.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { RunValues } from '../domain/rotation.store.js';
import type { SecretData } from '../../secrets/domain/secret.js';

/** Input of a run's step for its target. */
export interface TargetCall {
  readonly ctx: CallContext;
  readonly run: RotationRun;
  readonly values: RunValues;
  /** Current data of the Secret. */
  readonly current: SecretData;
  readonly signal: AbortSignal;
}

/**
 * Target under one strategy: every call may be repeated. Throws TargetFault, RunStopped and
 * SallyportError.
 */
export interface RotationTarget {
  /** Chooses the users; undefined if the target knows no users. Throws RunStopped. */
  choose(current: SecretData): ChosenUsers | undefined;
  /** Makes the pending values valid. */
  set(call: TargetCall): Promise<void>;
  /** Reports whether the pending values work. */
  test(call: TargetCall): Promise<boolean>;
  /** Finishes the change, once the Secret has the values. */
  finish(call: TargetCall): Promise<void>;
  /** Whether `retire` has anything to end later. */
  readonly hasOverlap: boolean;
  /** Ends the credentials that worked before. */
  retire(call: TargetCall): Promise<void>;
  /** Undoes `set`, so that only the Secret's current content works. */
  undo(call: TargetCall): Promise<void>;
}

/** Target for values that no server stores. */
export const noTarget: RotationTarget = {
  choose: () => undefined,
  set: async () => undefined,
  test: async () => true,
  finish: async () => undefined,
  hasOverlap: false,
  retire: async () => undefined,
  undo: async () => undefined,
};
