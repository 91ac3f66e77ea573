import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { ConsumersService } from '../../consumers/consumers.service.js';
import type { SecretData, SecretRef, StoredSecret } from '../../secrets/domain/secret.js';
import type { StoreTrace } from '../../secrets/domain/secret.store.js';
import type { RetirementHolds } from '../domain/retirement-holds.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import type { RotationRun, RunChange } from '../domain/rotation-run.js';
import type { RotationSpec } from '../domain/rotation-spec.js';
import type { RotationStore, RunValues } from '../domain/rotation.store.js';
import type { PolicyAuthors } from './policy-authors.js';
import type { BrokerSecrets } from './broker-secrets.js';
import type { RotationTarget } from './rotation-target.js';

export interface StepDependencies {
  readonly store: RotationStore;
  readonly secrets: BrokerSecrets;
  readonly authors: PolicyAuthors;
  readonly consumers: Pick<ConsumersService, 'find' | 'restart'>;
  readonly holds: Pick<RetirementHolds, 'reasonFor'>;
  readonly openTarget: OpenTarget;
  readonly versions: RunVersions;
  readonly generate: GenerateFor;
  readonly clock: Clock;
  /** Checks the lease before an effect that the target does not guard. Throws LeaseLost. */
  readonly requireLease: () => void;
}

/** Run as a step receives it. */
export interface StepCall {
  readonly ctx: CallContext;
  readonly run: RotationRun;
  /** Undefined: the policy is deleted. */
  readonly known: ParsedPolicy | undefined;
  readonly spec: RotationSpec;
  /** Collects calls of the cluster that are not recorded otherwise. */
  readonly trace: StoreTrace;
  readonly signal: AbortSignal;
}

/** Result of a step, with values to seal. */
export interface StepResult {
  readonly change: RunChange;
  readonly values?: RunValues;
  /** Keys of the Secret that the step was about. */
  readonly keys?: readonly string[];
}

export type OpenTarget = (call: StepCall) => Promise<RotationTarget>;

export type GenerateFor = (
  call: StepCall,
  current: SecretData,
  username: string | undefined,
) => Promise<ReadonlyMap<string, SecretValue>>;

/** Version numbers of states, and marks of versions whose credentials have ended. */
export interface RunVersions {
  numberOf(secret: StoredSecret): Promise<number | null>;
  markRetired(ref: SecretRef & { readonly namespaceUid: string }, version: number): Promise<void>;
}
