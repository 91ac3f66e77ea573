import type { TargetFaultReason } from './target-fault.js';

export type RunState =
  'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'needsOperator';

/** In this order; `retire` ends the old credential. */
export type RunStep = 'create' | 'set' | 'test' | 'finish' | 'retire';

/** Why a run ended or does not go on: one word for programs, documented in docs/rotation.md. */
export type RunReason =
  | TargetFaultReason
  | 'AuthorUnknown'
  | 'AuthorForbidden'
  /** The ServiceAccount that wrote the spec is no more, though there may be one of its name. */
  | 'AuthorGone'
  | 'ManagedElsewhere'
  | 'SecretMissing'
  | 'SecretImmutable'
  /** The Secret names another user, or lies outside of what the spec allows. */
  | 'SecretDiffers'
  | 'ReferencedSecretMissing'
  | 'GeneratorFailed'
  | 'TestFailed'
  /** No known credential works. */
  | 'NoCredentialWorks'
  /** The cluster would not take the new values. */
  | 'FinishBlocked'
  | 'PolicyGone'
  | 'PolicyInvalid'
  | 'Internal';

export interface RunProblem {
  readonly reason: RunReason;
  /** A sentence of ours: names, never values, never a peer's words. */
  readonly message: string;
}

/** Which Secret a run rotates; the uid tells namespaces of one name apart. */
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
  /** User name of who asked for it, or answers for a policy whose schedule did; null: not known. */
  readonly requestedBy: string | null;
  /** In the words of who asked. */
  readonly reason: string | null;
  readonly state: RunState;
  readonly step: RunStep;
  /** Grows with every acquisition of the lease; a change under an older one changes no row. */
  readonly epoch: number;
  /** Failed tries of this step. */
  readonly attempts: number;
  /** Not looked at before. */
  readonly dueMs: number;
  /** How long the old credential works on; of the policy, or of who asked. */
  readonly retireAfterMs: number;
  /** Set by `finish`. */
  readonly retireAtMs: number | null;
  /** When consumers are no longer waited for; set by `finish`. */
  readonly waitUntilMs: number | null;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  /** Which user the new values are of, where a target knows users. */
  readonly username: string | null;
  /** User whose password ends in `retire`. */
  readonly formerUsername: string | null;
  readonly waitingFor: string | null;
  readonly problem: RunProblem | null;
  /** Somebody asked for its end, or for the end of the grace period. */
  readonly wish: 'cancel' | 'retire' | null;
  readonly startedMs: number;
  readonly stepStartedMs: number;
  readonly endedMs: number | null;
}

/** What a step changes of a run. `state` other than running and waiting ends it. */
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
