import type { TransactionRecord } from '../../calls/domain/recorded-transactions.js';
import type { KnownAuthor, RecordedAuthor } from '../../custom-resources/domain/author.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { RotatedSecret, RotationRun, RunChange } from './rotation-run.js';

/** Event of a change, in the same transaction. */
export interface ChangeRecord extends TransactionRecord {
  /** CloudEvent to send, if receivers are notified of this change; never contains values. */
  readonly notification?: RotationNotification;
}

export interface RotationNotification {
  readonly type: 'rotation.succeeded' | 'rotation.failed' | 'rotation.waiting';
  readonly run: RotationRun;
}

/** Values of a run outside its row, sealed before the target receives any of them. */
export interface RunValues {
  /** Spec at the beginning of the run (JSON, without `secretName`): the run keeps to it. */
  readonly body: Readonly<Record<string, unknown>>;
  /** New values by key of the Secret. */
  readonly pending: ReadonlyMap<string, SecretValue>;
  /** Former values of these keys; keys that did not exist are left out. */
  readonly former: ReadonlyMap<string, SecretValue>;
}

export type NewRun = Pick<
  RotationRun,
  | 'id'
  | 'namespaceUid'
  | 'namespace'
  | 'name'
  | 'policyUid'
  | 'trigger'
  | 'requestedBy'
  | 'reason'
  | 'retireAfterMs'
  | 'startedMs'
>;

export interface PolicyRow extends RecordedAuthor {
  readonly policyUid: string;
  /** SHA-256 (hex) of the spec whose schedule gives the times. */
  readonly scheduleHash: string | null;
  /** Next due time of the schedule; null: never. */
  readonly nextRunMs: number | null;
  /** Last due time at which a run was begun. */
  readonly lastDueMs: number | null;
}

/** Run with the local end of its lease. */
export interface ClaimedRun {
  readonly run: RotationRun;
  /** Time by `performance.now()` from which nothing may begin any more. */
  readonly fencedAtMs: number;
}

/**
 * Store of runs and of facts about policies. A change is one transaction: the row (if id and epoch
 * match the claim), its audit event and its notification, or none of them. Throws Unavailable if
 * the database or the audit trail cannot be written.
 */
export abstract class RotationStore {
  /** Begins a run unless the Secret has an active run: then returns its id. */
  abstract begin(run: NewRun, record: ChangeRecord): Promise<{ readonly runningId?: string }>;
  abstract find(secret: RotatedSecret, id: string): Promise<RotationRun | undefined>;
  /** Lists the newest first; `before`: id of the last run of the page before. */
  abstract list(
    secret: RotatedSecret,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly RotationRun[]>;
  abstract active(secret: RotatedSecret): Promise<RotationRun | undefined>;
  /** Returns due runs without a holder, oldest first; `after`: runs after this one. */
  abstract due(
    limit: number,
    after?: Pick<RotationRun, 'dueMs' | 'id'>,
  ): Promise<readonly RotationRun[]>;
  /** Takes the lease by the database's clock; undefined if another process has it or it ended. */
  abstract claim(id: string): Promise<ClaimedRun | undefined>;
  /** Renews the lease; undefined if it was lost. */
  abstract renew(run: RotationRun): Promise<ClaimedRun | undefined>;
  /** Releases the lease so that others need not wait; never throws. */
  abstract release(run: RotationRun): Promise<void>;
  /** Advances a run; false: the lease was lost, nothing changed. `values` replaces sealed ones. */
  abstract advance(
    run: RotationRun,
    change: RunChange,
    record: ChangeRecord | undefined,
    values?: RunValues,
  ): Promise<boolean>;
  /** Requests that a run ends or retires now, whichever process has it. False if it has ended. */
  abstract wish(
    run: RotationRun,
    wish: 'cancel' | 'retire',
    record: ChangeRecord,
  ): Promise<boolean>;
  /** Returns sealed values; undefined if there are none. Throws IntegrityError, Unavailable. */
  abstract values(run: RotationRun): Promise<RunValues | undefined>;
  /** Returns values of the last ended run that left any; they may still work at the target. */
  abstract lastValues(secret: RotatedSecret): Promise<RunValues | undefined>;
  /**
   * Returns values of all ended runs since the last success, newest first. A failed run may have
   * left a value that works, and the next run may have failed before it learned that.
   */
  async keptValues(secret: RotatedSecret): Promise<readonly RunValues[]> {
    const last = await this.lastValues(secret);
    return last === undefined ? [] : [last];
  }

  abstract policy(policyUid: string): Promise<PolicyRow | undefined>;
  abstract policies(): Promise<readonly PolicyRow[]>;
  /** Creates the row, or changes only these columns of it. */
  abstract saveAuthor(
    policyUid: string,
    author: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void>;
  /** Creates the row, or changes only these columns of it. */
  abstract saveSchedule(
    policyUid: string,
    schedule: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs' | 'lastDueMs'>,
  ): Promise<void>;
  /** Moves the schedule on; false if another replica did. */
  abstract moveSchedule(
    policyUid: string,
    from: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs'>,
    to: { readonly nextRunMs: number | null; readonly lastDueMs: number | null },
  ): Promise<boolean>;
  abstract removePolicy(policyUid: string): Promise<void>;
  /**
   * Deletes ended runs beyond the newest `keep` of a Secret, except runs whose values are retained;
   * with 0, deletes all of them.
   */
  abstract prune(secret: RotatedSecret, keep: number): Promise<void>;
}
