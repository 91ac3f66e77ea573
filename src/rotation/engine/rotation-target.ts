import type { CallContext } from '../../core/call-context.js';
import type { ChosenUsers } from '../domain/choose-users.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { RunValues } from '../domain/rotation.store.js';
import type { SecretData } from '../../secrets/domain/secret.js';

/** What a step of a run hands its target. */
export interface TargetCall {
  readonly ctx: CallContext;
  readonly run: RotationRun;
  readonly values: RunValues;
  /** What the Secret holds now. */
  readonly current: SecretData;
  readonly signal: AbortSignal;
}

/**
 * One target under one strategy: every call may be repeated. Throws TargetFault, RunStopped and
 * SallyportError.
 */
export interface RotationTarget {
  /** Whose password is made; undefined where the target knows no users. Throws RunStopped. */
  choose(current: SecretData): ChosenUsers | undefined;
  /** Makes the pending values valid. */
  set(call: TargetCall): Promise<void>;
  /** Whether the pending values work. */
  test(call: TargetCall): Promise<boolean>;
  /** The Secret has them now. */
  finish(call: TargetCall): Promise<void>;
  /** Whether there is anything that `retire` would end later. */
  readonly hasOverlap: boolean;
  /** Ends what worked before. */
  retire(call: TargetCall): Promise<void>;
  /** Takes `set` back, so that what the Secret holds works and nothing else does. */
  undo(call: TargetCall): Promise<void>;
}

/** Values that no server knows. */
export const noTarget: RotationTarget = {
  choose: () => undefined,
  set: async () => undefined,
  test: async () => true,
  finish: async () => undefined,
  hasOverlap: false,
  retire: async () => undefined,
  undo: async () => undefined,
};
