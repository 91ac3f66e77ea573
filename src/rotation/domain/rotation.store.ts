import type { CallContext } from '../../core/call-context.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import type { RotatedSecret, RotationRun, RunChange } from './rotation-run.js';

/** An event that is committed together with a change, or not at all. */
export interface ChangeRecord {
  readonly ctx: CallContext;
  readonly facts: AuditFacts;
  readonly result: AuditResult;
  /** CloudEvent to send, where this change is one that others hear of; never holds values. */
  readonly notification?: RotationNotification;
}

export interface RotationNotification {
  readonly type: 'rotation.succeeded' | 'rotation.failed' | 'rotation.waiting';
  readonly run: RotationRun;
}

/** What a run knows beside its row, sealed before the target hears of any of it. */
export interface RunValues {
  /** The spec as it was when the run began (JSON, without `secretName`): a run keeps to it. */
  readonly body: Readonly<Record<string, unknown>>;
  /** New values by key of the Secret. */
  readonly pending: ReadonlyMap<string, SecretValue>;
  /** What these keys held before; those that were not there are left out. */
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

/** Who wrote a spec through REST or GraphQL. */
export interface KnownAuthor {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface PolicyRow {
  readonly policyUid: string;
  /** SHA-256 (hex) of the spec that the author answers for; null: no author is known. */
  readonly specHash: string | null;
  readonly author: KnownAuthor | null;
  /** SHA-256 (hex) of the spec whose schedule the times are of. */
  readonly scheduleHash: string | null;
  /** When the schedule is due next; null: never. */
  readonly nextRunMs: number | null;
  /** The last time at which it was due and begun. */
  readonly lastDueMs: number | null;
}

/** A run as long as its lease lasts here. */
export interface ClaimedRun {
  readonly run: RotationRun;
  /** By `performance.now()`: nothing may be begun any more from then on. */
  readonly fencedAtMs: number;
}

/**
 * Where runs and what is known of policies are kept. A change is one transaction: the row (where
 * id and epoch are those of the claim), its audit event and its notification, or none of them.
 * Throws Unavailable where the database or the audit trail cannot be written.
 */
export abstract class RotationStore {
  /** Begins a run unless one of this Secret is under way: then its id. */
  abstract begin(run: NewRun, record: ChangeRecord): Promise<{ readonly runningId?: string }>;
  abstract find(secret: RotatedSecret, id: string): Promise<RotationRun | undefined>;
  /** Newest first; `before`: id of the last run of the page before. */
  abstract list(
    secret: RotatedSecret,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly RotationRun[]>;
  abstract active(secret: RotatedSecret): Promise<RotationRun | undefined>;
  /** Runs that are due and that nobody holds, oldest first; `after`: beyond this one. */
  abstract due(
    limit: number,
    after?: Pick<RotationRun, 'dueMs' | 'id'>,
  ): Promise<readonly RotationRun[]>;
  /** Takes the lease by the database's clock; undefined where somebody else has it or it ended. */
  abstract claim(id: string): Promise<ClaimedRun | undefined>;
  /** Undefined where the lease was lost. */
  abstract renew(run: RotationRun): Promise<ClaimedRun | undefined>;
  /** Lets go of the lease so that others need not wait; never throws. */
  abstract release(run: RotationRun): Promise<void>;
  /** False: the lease was lost, nothing was changed. `values` replaces what was sealed. */
  abstract advance(
    run: RotationRun,
    change: RunChange,
    record: ChangeRecord | undefined,
    values?: RunValues,
  ): Promise<boolean>;
  /** Asks a running run to end or to retire now, whoever holds it. False where it has ended. */
  abstract wish(
    run: RotationRun,
    wish: 'cancel' | 'retire',
    record: ChangeRecord,
  ): Promise<boolean>;
  /** Undefined where nothing was sealed. Throws IntegrityError, Unavailable. */
  abstract values(run: RotationRun): Promise<RunValues | undefined>;
  /** Of the last ended run that left values: those that may still work at the target. */
  abstract lastValues(secret: RotatedSecret): Promise<RunValues | undefined>;
  /**
   * The same of all ended runs since the last that succeeded, newest first: a run that failed may
   * have left a value that works, and the next one may have failed before it found out.
   */
  async keptValues(secret: RotatedSecret): Promise<readonly RunValues[]> {
    const last = await this.lastValues(secret);
    return last === undefined ? [] : [last];
  }

  abstract policy(policyUid: string): Promise<PolicyRow | undefined>;
  abstract policies(): Promise<readonly PolicyRow[]>;
  /** Makes the row, or changes these columns of it alone. */
  abstract saveAuthor(
    policyUid: string,
    author: { readonly specHash: string; readonly author: KnownAuthor },
  ): Promise<void>;
  /** Makes the row, or changes these columns of it alone. */
  abstract saveSchedule(
    policyUid: string,
    schedule: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs' | 'lastDueMs'>,
  ): Promise<void>;
  /** Moves the schedule on; false where another replica did. */
  abstract moveSchedule(
    policyUid: string,
    from: Pick<PolicyRow, 'scheduleHash' | 'nextRunMs'>,
    to: { readonly nextRunMs: number | null; readonly lastDueMs: number | null },
  ): Promise<boolean>;
  abstract removePolicy(policyUid: string): Promise<void>;
  /**
   * Ended runs beyond the newest `keep` of a Secret go, but for those whose values are still kept;
   * with 0 all of them.
   */
  abstract prune(secret: RotatedSecret, keep: number): Promise<void>;
}
