import type { TargetFaultReason } from './target-fault.js';

export type RunState =
  | 'running'
  | 'waiting'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'needsOperator';

/** Steps in this order; `retire` ends the old credential. */
export type RunStep = 'create' | 'set' | 'test' | 'finish' | 'retire';

/** Reason that a run ended or waits: one word for programs, documented in docs/rotation.md. */
export type RunReason =
  | TargetFaultReason
  | 'AuthorUnknown'
  | 'AuthorForbidden'
  /** The spec's ServiceAccount no longer exists, though another may have its name. */
  | 'AuthorGone'
  | 'ManagedElsewhere'
  | 'SecretMissing'
  | 'SecretImmutable'
  /** The Secret names another user, or one that the spec does not allow. */
  | 'SecretDiffers'
  | 'ReferencedSecretMissing'
  | 'GeneratorFailed'
  | 'TestFailed'
  /** No known credential works. */
  | 'NoCredentialWorks'
  /** The cluster refuses the new values. */
  | 'FinishBlocked'
  | 'PolicyGone'
  | 'PolicyInvalid'
  /** A schema refuses the new values. */
  | 'SchemaRefused'
  | 'Internal';

export interface RunProblem {
  readonly reason: RunReason;
  /** Fixed sentence: names, never values, never a peer's words. */
  readonly message: string;
}

/** Rotated Secret; the uid distinguishes namespaces of equal name. */
export interface RotatedSecret {
  readonly namespaceUid: string;
  readonly namespace: string;
  readonly name: string;
}

export interface RotationRun extends RotatedSecret {
  readonly id: string;
  /** uid of the SecretRotation. */
  readonly policyUid: string;
  readonly trigger: 'schedule' | 'manual';
  /** User name of the requester, or of the author of a scheduled policy; null: not known. */
  readonly requestedBy: string | null;
  /** Text of the requester. */
  readonly reason: string | null;
  readonly state: RunState;
  readonly step: RunStep;
  /** Number that grows with every claim; a change under an older one changes no row. */
  readonly epoch: number;
  /** Number of failed attempts of this step. */
  readonly attempts: number;
  /** Time before which the run is not checked. */
  readonly dueMs: number;
  /** Time that the old credential stays valid, from the policy or the request. */
  readonly retireAfterMs: number;
  /** Set by `finish`. */
  readonly retireAtMs: number | null;
  /** End of waiting for consumers; set by `finish`. */
  readonly waitUntilMs: number | null;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  /** User of the new values, if the target has users. */
  readonly username: string | null;
  /** User whose password ends in `retire`. */
  readonly formerUsername: string | null;
  readonly waitingFor: string | null;
  readonly problem: RunProblem | null;
  /** Requested action: the end of the run, or the end of the grace period. */
  readonly wish: 'cancel' | 'retire' | null;
  readonly startedMs: number;
  readonly stepStartedMs: number;
  readonly endedMs: number | null;
}

/** Change that a step makes to a run. A `state` other than running and waiting ends the run. */
export type RunChange = Partial<
  Pick<
    RotationRun,
    | 'state'
    | 'step'
    | 'attempts'
    | 'dueMs'
    | 'retireAtMs'
    | 'waitUntilMs'
    | 'fromVersion'
    | 'toVersion'
    | 'username'
    | 'formerUsername'
    | 'waitingFor'
    | 'problem'
    | 'stepStartedMs'
    | 'endedMs'
  >
>;

export const hasEnded = ({ state }: Pick<RotationRun, 'state'>): boolean =>
  state !== 'running' && state !== 'waiting';
