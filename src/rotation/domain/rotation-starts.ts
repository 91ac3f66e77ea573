import type { CallContext } from '../../core/call-context.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { RotationRun } from './rotation-run.js';

export interface RequestedRun {
  /** Id of the run: equal requests make one run. */
  readonly id: string;
  readonly reason: string;
}

/** Port for runs that other features of the gateway request, after a decision about their user. */
export abstract class RotationStarts {
  /**
   * Begins a run for the user whom `onBehalfOf` names, unless it was begun already. Throws NotFound
   * if the Secret has no rotation, Conflict while another run is active, Invalid, Unavailable.
   */
  abstract begin(ctx: CallContext, ref: SecretRef, run: RequestedRun): Promise<void>;
  /** Returns the state of a run; undefined if there is no such run. */
  abstract stateOf(ref: SecretRef, id: string): Promise<RotationRun['state'] | undefined>;
}
