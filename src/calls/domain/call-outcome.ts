import { type Success, successStatus } from '../../core/success-status.js';
import type { FoundFacts } from './call-trace.js';

export interface OutcomeFacts extends FoundFacts {
  /** Kind of the success; `ok` if absent. */
  readonly success?: Success;
  /** Status of the API server, if the response repeats it. */
  readonly forwardedStatus?: number;
}

/** Success of an effect whose event says more than the call announced. */
export class CallOutcome<T> {
  readonly value: T;
  readonly facts: FoundFacts;
  /** Status of the response. */
  readonly status: number;

  constructor(value: T, { success = 'ok', forwardedStatus, ...facts }: OutcomeFacts) {
    this.value = value;
    this.facts = facts;
    this.status = forwardedStatus ?? successStatus[success];
  }
}
