import type {
  AuditAction,
  AuditFacts,
  AuditPlane,
  RecordedFacts,
  TokenGrantFacts,
} from '../../audit/domain/audit-event.js';
import { type Success, successStatus } from '../../core/success-status.js';
import type { TokenScope } from '../../core/token-scope.js';

/** Facts that a call finds out; each replaces what the call announced. */
export interface FoundFacts {
  readonly action?: AuditAction;
  /** Name of a Secret that the call creates. */
  readonly secret?: string;
  readonly keys?: readonly string[];
  readonly version?: number | undefined;
  readonly token?: string;
  readonly grant?: TokenGrantFacts;
  readonly tokenScope?: TokenScope;
  /** Events of a batch that could not be read; absent if all could be read. */
  readonly unreadable?: number;
}

/**
 * Facts that are recorded however a call ends: how it was decided and carried out, and what also a
 * failure must name. Facts of a success alone are in its `CallOutcome`.
 */
export class CallTrace {
  plane: AuditPlane = 'none';
  readonly upstreamIds: string[] = [];
  /** The authoriser's own words. */
  decisionReason: string | undefined;
  #found: FoundFacts = {};

  get found(): FoundFacts {
    return this.#found;
  }

  note(facts: FoundFacts): void {
    this.#found = { ...this.#found, ...facts };
  }
}

export interface OutcomeFacts extends FoundFacts {
  /** Kind of the success; `ok` if absent. */
  readonly success?: Success;
  /** Status of the API server, if the response repeats it. */
  readonly forwardedStatus?: number;
  /** Recording of another event of the call: the value is released after both are on disk. */
  readonly recording?: Promise<void>;
}

/** Success of an effect whose event says more than the call announced. */
export class CallOutcome<T> {
  readonly value: T;
  readonly facts: FoundFacts;
  /** Status of the response. */
  readonly status: number;
  readonly recording: Promise<void> | undefined;

  constructor(value: T, { success = 'ok', forwardedStatus, recording, ...facts }: OutcomeFacts) {
    this.value = value;
    this.recording = recording;
    this.facts = facts;
    this.status = forwardedStatus ?? successStatus[success];
  }
}

/** Returns the announced facts, with what the call has found out. */
export function recordedFacts(announced: AuditFacts, found: FoundFacts): RecordedFacts {
  const { action, secret, keys, version, token, grant, tokenScope, unreadable } = {
    ...announced,
    ...found,
  };
  const { namespace, pointers, rotation, object, dryRun } = announced;
  const ofToken = { token, grant, tokenScope };
  const ofRecords = { pointers, rotation, unreadable };
  return { action, namespace, secret, keys, version, ...ofToken, ...ofRecords, object, dryRun };
}
